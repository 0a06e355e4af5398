import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type SigningKey, scopeOf, signatureTrouble } from '../../iam/signature.ts';
import type { Permission, Principal, World } from '../../kernel.ts';
import { randomSuffix } from '../../physical-names.ts';
import { AccessDenied } from '../../wire/errors.ts';
import { collect } from '../../wire/message.ts';
import type { Invoked } from '../runtime/invocation.ts';
import { answerOf, eventOf, plainAnswer, type UrlAnswer } from './payload.ts';

/** Behind the stand-in's own address, where AWS gives each a host of its own. */
export const urlPrefix = '/_lambda-url/';

export interface UrlCollaborators {
  readonly iam: {
    /** Whose key this is; undefined when it was never handed out. */
    signer(accessKeyId: string): { readonly principal: Principal; readonly arn: string; readonly key: SigningKey } | undefined;
    authorize(principal: Principal, permission: Permission): Promise<void>;
  };
  /** @param arn of a function, qualified or not */
  invoke(arn: string, event: string): Promise<Invoked>;
}

/** Bytes of a request's body. */
const MOST = 6 * 1024 * 1024;

/** Addresses of functions, for callers who sign. Whoever calls needs both rights that AWS asks for since October 2025. */
export class FunctionUrls {
  readonly #world: World;
  readonly #collaborators: UrlCollaborators;
  /** Id → ARN of the function, with the alias where there is one. */
  readonly #targets = new Map<string, string>();

  constructor(world: World, collaborators: UrlCollaborators) {
    this.#world = world;
    this.#collaborators = collaborators;
  }

  /** @returns the address, with a slash at its end */
  open(arn: string): string {
    const id = randomSuffix(32).toLowerCase();
    this.#targets.set(id, arn);
    return `${this.#world.endpoint()}${urlPrefix}${id}/`;
  }

  close(arn: string): void {
    for (const [id, target] of this.#targets) if (target === arn) this.#targets.delete(id);
  }

  addressOf(arn: string): string | undefined {
    const id = [...this.#targets].find(([, target]) => target === arn)?.[0];
    return id === undefined ? undefined : `${this.#world.endpoint()}${urlPrefix}${id}/`;
  }

  /** The wire's route for `/_lambda-url/`. */
  readonly handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, headers, body } = await this.#answer(request);
    response.writeHead(status, { ...headers, 'content-length': body.length }).end(request.method === 'HEAD' ? undefined : body);
  };

  async #answer(incoming: IncomingMessage): Promise<UrlAnswer> {
    const [path = '', query = ''] = (incoming.url ?? '').split(/\?(.*)/s);
    const [, id = '', rest = '/'] = /^\/_lambda-url\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    const target = this.#targets.get(id);
    const { method = 'GET', headers } = incoming;
    const body = await collect(incoming);
    if (target === undefined) return plainAnswer(403, 'Forbidden');
    if (body.length > MOST) return plainAnswer(413, 'Request Entity Too Large');
    const scope = scopeOf(headers);
    const signer = scope && this.#collaborators.iam.signer(scope.accessKeyId);
    if (!scope) return plainAnswer(403, 'Forbidden');
    if (!signer) return plainAnswer(403, 'The security token included in the request is invalid.');
    const { region, clock, account } = this.#world;
    // The caller's own clock, as the stand-in's may be ahead of it.
    const expected = { service: 'lambda', region, now: new Date() };
    const trouble = signatureTrouble({ method, path, query, headers, body }, scope, signer.key, expected);
    if (trouble) return plainAnswer(403, trouble);
    if (!(await this.#may(signer.principal, target))) return plainAnswer(403, 'Forbidden');
    const caller = { accessKey: scope.accessKeyId, accountId: account, userArn: signer.arn };
    const sourceIp = incoming.socket.remoteAddress ?? '127.0.0.1';
    const place = { id, domain: `${id}.lambda-url.${region}.on.aws`, at: clock.now(), requestId: randomUUID() };
    const event = eventOf({ method, path: rest, query, headers, body, sourceIp }, caller, place);
    const { payload, functionError } = await this.#collaborators.invoke(target, JSON.stringify(event));
    return functionError ? plainAnswer(502, 'Internal Server Error') : answerOf(payload);
  }

  async #may(principal: Principal, resource: string): Promise<boolean> {
    const { iam } = this.#collaborators;
    try {
      await iam.authorize(principal, {
        action: 'lambda:InvokeFunctionUrl',
        resource,
        context: { 'lambda:FunctionUrlAuthType': 'AWS_IAM', 'lambda:FunctionArn': resource },
      });
      await iam.authorize(principal, {
        action: 'lambda:InvokeFunction',
        resource,
        context: { 'lambda:InvokedViaFunctionUrl': 'true' },
      });
      return true;
    } catch (error) {
      if (error instanceof AccessDenied) return false;
      throw error;
    }
  }
}
