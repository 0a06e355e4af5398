import * as z from 'zod';

/** Under which name callers reach a stage, always by HTTPS: with a hosted zone, certificate and record are made; without, people brought both. */
export const Address = z
  .strictObject({
    /** The host name alone, in lower case: `webhook.example.com`. It is what Benchling is told, and it stays. */
    domain: z
      .string()
      .max(253)
      .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'expected a host name in lower case, without https:// and path'),
    /** Route 53 zone in this account that the domain lies in. */
    hostedZone: z
      .strictObject({
        /** `Z0123456789EXAMPLE` */
        id: z.string().regex(/^Z[A-Z0-9]{5,31}$/, "expected the zone's id, as Z0123456789EXAMPLE"),
        /** Without a dot at its end. */
        name: z.string().regex(/^[a-z0-9.-]*[a-z0-9]$/, 'expected a zone in lower case, without a dot at its end'),
      })
      .optional(),
    /** Of a certificate in the stage's own region that covers the domain. People renew it and lead the domain to the load balancer. */
    certificateArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/, 'expected arn:aws:acm:REGION:ACCOUNT:certificate/ID')
      .optional(),
  })
  .refine(({ hostedZone, certificateArn }) => !hostedZone !== !certificateArn, 'needs a hostedZone or a certificateArn, and not both')
  .refine(
    ({ domain, hostedZone }) => !hostedZone || domain === hostedZone.name || domain.endsWith(`.${hostedZone.name}`),
    'the domain does not lie in the hostedZone',
  )
  .refine(({ domain, hostedZone }) => !hostedZone || domain.length <= 64, 'a certificate is made for names of at most 64 characters');

export type Address = z.infer<typeof Address>;

/** Whether a firewall stands before the load balancer, and how much of one address it lets through. */
export const Firewall = z.union([
  z.literal(false),
  z.strictObject({
    /** Of one address, beyond which it is refused. 2000 is far above what Benchling sends; 10 is the least that AWS takes. */
    requestsPerFiveMinutes: z.int().min(10).max(2_000_000_000),
  }),
]);

/**
 * The stages, each with its address. Signed webhooks and the answers to them must not travel in the clear, so there is no stage without a
 * certificate: no default could name the domain.
 * @throws once for all stages that lack one, with what to write
 */
export function requireAddresses<Entry extends { readonly name: string; readonly address?: Address }>(
  stages: readonly Entry[],
): (Entry & { readonly address: Address })[] {
  const without = stages.filter(({ address }) => !address).map(({ name }) => name);
  if (without.length > 0) {
    throw new Error(
      `pipeline/config.json: no address for ${without.join(', ')}: a stage is called by HTTPS only. Next: give each ` +
        '"address": {"domain": "webhook.STAGE.example.com", "hostedZone": {"id": "Z…", "name": "example.com"}}, or "certificateArn" in place of "hostedZone".',
    );
  }
  return stages.map((stage) => ({ ...stage, address: stage.address! }));
}
