/** What a person's command and the endpoint of decisions say to each other. */
import * as z from 'zod';
import { ApprovalRecord } from './records.ts';

/** Body of a POST. The id is that of the request which was shown: a decision never meets another one. */
export const Decision = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  decision: z.enum(['approved', 'rejected']),
  reason: z.string().trim().min(1).max(400).optional(),
});
export type Decision = z.infer<typeof Decision>;

/** A request as people see it: without its token. */
export const ApprovalView = ApprovalRecord.omit({ pk: true, sk: true, token: true, executionArn: true });
export type ApprovalView = z.infer<typeof ApprovalView>;

/** The endpoint's answer, of any status. */
export const DecisionAnswer = z.object({
  /** What was found or done, in a sentence. */
  message: z.string(),
  /** What the person does next; absent when there is nothing to do. */
  next: z.string().optional(),
  request: ApprovalView.optional(),
});
export type DecisionAnswer = z.infer<typeof DecisionAnswer>;

/** Whether whoever pushed may approve, and by which principals the pushers are known. */
export const ApprovalRules = z.strictObject({
  fourEyes: z.boolean(),
  pushers: z.record(z.string(), z.array(z.string())),
});
export type ApprovalRules = z.infer<typeof ApprovalRules>;

/** What Lambda gives a function behind a URL with AWS_IAM (payload format 2.0), as far as it is read here. */
export const UrlEvent = z.object({
  queryStringParameters: z.record(z.string(), z.string()).optional(),
  requestContext: z.object({
    http: z.object({ method: z.string() }),
    /** Written by Lambda from the signature; absent, the function was not called by its URL. */
    authorizer: z.object({ iam: z.object({ userArn: z.string().min(1) }) }),
  }),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
});
export type UrlEvent = z.infer<typeof UrlEvent>;
