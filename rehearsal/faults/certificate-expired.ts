import type { Fault } from './fault.ts';

const day = 86_400_000;

/** A certificate that people bring is renewed by people, and one day nobody did. */
export const certificateExpired: Fault = {
  name: 'certificate-expired',
  summary: "the certificate of the stage's address expired yesterday",
  cause: 'AddressUnusable',
  failedStep: 'InspectStage',
  on: 'first-deploy',
  inject({ cloud: { certificates }, stage: { address } }) {
    const arn = certificates.arnFor(address.domain);
    certificates.put(arn, [address.domain], { from: new Date(Date.now() - 90 * day), to: new Date(Date.now() - day) });
    return { mend: () => certificates.put(arn, [address.domain]) };
  },
};
