import type { Json } from '../../../engine/definition.ts';

/** What every SDK call gives. */
export type Answer = Record<string, unknown> & { readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string } };

/** Optimized integrations show the HTTP answer beside the result; `aws-sdk` ones do not. */
export function withMetadata(result: Record<string, Json>, { $metadata }: Pick<Answer, '$metadata'>): Json {
  const { httpStatusCode = 200, requestId = '' } = $metadata;
  return {
    ...result,
    SdkHttpMetadata: {
      AllHttpHeaders: { 'x-amzn-RequestId': [requestId] },
      HttpHeaders: { 'x-amzn-RequestId': requestId },
      HttpStatusCode: httpStatusCode,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
