// The container's own check: alive, not ready. A task that waits for its configuration must not be killed for waiting. ECS starts it every five
// seconds beside the service (app-stack/service-stack.ts), so it loads as little as it can.
import { get } from 'node:http';

const fail = () => process.exit(1);
get({ host: '127.0.0.1', port: process.env.PORT || 5000, path: '/health/live', timeout: 2500, agent: false }, ({ statusCode }) =>
  process.exit(statusCode === 200 ? 0 : 1),
)
  .on('timeout', fail)
  .on('error', fail);
