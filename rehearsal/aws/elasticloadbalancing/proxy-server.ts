import { randomBytes } from 'node:crypto';
import { Agent, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { World } from '../kernel.ts';
import { Entrance, type Meeting } from './entrance.ts';
import { type Action, type Listener, weighted } from './listener.ts';
import type { Answered } from './metrics.ts';
import type { RegisteredTarget, TargetGroup } from './target-group.ts';

export interface ProxyOf {
  /** The listener that the load balancer's one address stands for. */
  listener(): Listener | undefined;
  /** How that listener meets a connection. */
  meeting(): Meeting;
  targetGroup(arn: string): TargetGroup | undefined;
  idleTimeoutSeconds(): number;
  /** Told of every answer but those of its own rules. */
  answered(answer: Answered): void;
}

// Answers take real work, however fast the clock runs.
const shortestPatienceMilliseconds = 10_000;

/** The load balancer itself: a real proxy on a port of 127.0.0.1, which ends the TLS of its callers and speaks HTTP with targets. */
export class ProxyServer {
  private readonly world: World;
  private readonly of: ProxyOf;
  private readonly entrance: Entrance;
  private readonly agent: Agent;

  private constructor(world: World, of: ProxyOf) {
    this.world = world;
    this.of = of;
    // Idle connections are kept as long as the load balancer's idle time: a target that closes earlier causes the 502 it would cause on AWS.
    this.agent = new Agent({ keepAlive: true, timeout: world.clock.milliseconds(of.idleTimeoutSeconds()) });
    this.entrance = new Entrance(of.meeting, (request, response) => this.answer(request, response), shortestPatienceMilliseconds);
  }

  static async listen(world: World, of: ProxyOf): Promise<ProxyServer> {
    const proxy = new ProxyServer(world, of);
    await proxy.entrance.listen();
    return proxy;
  }

  get address(): string {
    return this.entrance.address;
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await this.entrance.close();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const listener = this.of.listener();
    // It went while a connection to it was open.
    if (!listener) {
      request.socket.destroy();
      return;
    }
    listener.counts.requests += 1;
    const refuse = (status: number) => {
      if (status >= 500) listener.counts.failures += 1;
      this.of.answered({ by: 'load-balancer', status });
      plain(response, status);
    };
    const action = listener.choose(request);
    const group = action?.forward && weighted(action.forward, (arn) => this.of.targetGroup(arn));
    const registered = group?.next();
    if (action && !action.forward) other(action, request, response);
    else if (!registered) refuse(503);
    else if (!this.instead(request, response, registered, listener)) this.forward(request, response, registered, listener, refuse);
  }

  /** Lets a fault answer. @returns whether it did */
  private instead(request: IncomingMessage, response: ServerResponse, { target }: RegisteredTarget, listener: Listener): boolean {
    const { method = 'GET', url: path = '/' } = request;
    const { image, serviceName } = target;
    const answer = this.world.hooks.response?.({ path, method, healthCheck: false, image, serviceName });
    if (!answer) return false;
    request.resume();
    if (answer.status >= 500) listener.counts.failures += 1;
    this.of.answered({ by: 'target', status: answer.status, seconds: 0 });
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return true;
  }

  private forward(
    request: IncomingMessage,
    response: ServerResponse,
    registered: RegisteredTarget,
    listener: Listener,
    refuse: (status: number) => void,
  ): void {
    registered.inFlight += 1;
    response.once('close', () => {
      registered.inFlight -= 1;
      if (registered.inFlight === 0) registered.onIdle?.();
    });
    const [host, port] = registered.target.address.split(':');
    const { method, url: path } = request;
    const began = performance.now();
    const upstream = ask({ host, port, method, path, headers: forwarded(request, listener), agent: this.agent }, (answer) => {
      const { statusCode: status = 502 } = answer;
      if (status >= 500) listener.counts.failures += 1;
      this.of.answered({ by: 'target', status, seconds: (performance.now() - began) / 1000 });
      response.writeHead(status, withoutHopByHop(answer.headers));
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    const patience = Math.max(this.world.clock.milliseconds(this.of.idleTimeoutSeconds()), shortestPatienceMilliseconds);
    let late = false;
    upstream.setTimeout(patience, () => {
      late = true;
      upstream.destroy();
    });
    upstream.once('error', () => (response.headersSent ? response.destroy() : refuse(late ? 504 : 502)));
    response.once('close', () => upstream.destroy());
    request.pipe(upstream);
  }
}

function other({ fixed, redirect }: Action, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const server = 'awselb/2.0';
  if (fixed) response.writeHead(fixed.status, { server, 'content-type': fixed.contentType }).end(fixed.body);
  if (redirect) response.writeHead(redirect.status, { server, location: redirect.location(request) }).end();
}

const hopByHop = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'upgrade']);

const withoutHopByHop = (headers: IncomingMessage['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));

/** The headers of the request, and those that an Application Load Balancer adds. */
function forwarded(request: IncomingMessage, listener: Listener) {
  const before = request.headers['x-forwarded-for'];
  const client = request.socket.remoteAddress ?? '';
  const trace = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  return {
    ...withoutHopByHop(request.headers),
    'x-forwarded-for': before ? `${before}, ${client}` : client,
    'x-forwarded-proto': listener.protocol.toLowerCase(),
    'x-forwarded-port': String(listener.port),
    'x-amzn-trace-id': request.headers['x-amzn-trace-id'] ?? trace,
  };
}

const titles: Record<number, string> = {
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

function plain(response: ServerResponse, status: number): void {
  const title = titles[status] ?? String(status);
  response.writeHead(status, { server: 'awselb/2.0', 'content-type': 'text/html' });
  response.end(`<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`);
}
