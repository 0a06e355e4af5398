/** No retry cures it: the event is parked with this sentence. Messages name rules and counts; names of members are Benchling's and may be shown. */
export class PackagingRefused extends Error {
  override readonly name = 'PackagingRefused';
}
