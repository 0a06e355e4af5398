/**
 * Stands in for the `docker` command where no daemon answers. An image is a folder and a configuration; a container is a
 * process of this machine. What it does not know it refuses by name: a build must not pass here and fail on AWS.
 */
import { build } from './build.mjs';
import { exec, inspectContainer, logs, remove, run, stop, supervise, wait } from './containers.mjs';
import { inspectImage, login, pull, push, removeImage, tag } from './images.mjs';
import { Refusal } from './options.mjs';

const version = () => console.log('docker stand-in of the rehearsal (no daemon: containers are processes of this machine)');

const verbs = {
  build,
  login,
  tag,
  push,
  pull,
  run,
  exec,
  logs,
  stop,
  kill: stop.now,
  rm: remove,
  wait,
  rmi: removeImage,
  inspect: inspectContainer,
  'image inspect': inspectImage,
  'image rm': removeImage,
  'container inspect': inspectContainer,
  version,
  '--version': version,
  info: version,
  // Not a docker verb: `run --detach` leaves this behind to record how the container ends.
  __supervise: supervise,
};

const words = process.argv.slice(2);
const verb = `${words[0]} ${words[1]}` in verbs ? words.splice(0, 2).join(' ') : (words.shift() ?? '');
try {
  if (!(verb in verbs))
    throw new Refusal(`'${verb}' needs a Docker daemon; the stand-in knows ${Object.keys(verbs).slice(0, -1).join(', ')}`);
  await verbs[verb](words);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`docker (stand-in): ${error.message}`);
  process.exitCode = error.exitCode;
}
