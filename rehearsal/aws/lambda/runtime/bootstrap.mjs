/**
 * Runs one function's handler inside a worker thread, as Lambda's own Node runtime does: it imports the module, then answers invocations
 * one at a time. Plain JavaScript, so that the worker needs no loader and sees nothing of the process around it.
 *
 * In: `workerData` {file, name}; messages {id, event (JSON), context, deadline (epoch ms)}.
 * Out: {ready} or {failed: error} once; {line, to} for output; {id, ok: JSON} or {id, failed: error}; {crashed: error} before an exit.
 */
import { format, types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';

const post = (message) => parentPort.postMessage(message);
let requestId = 'undefined';

// Output goes through the same port as results, so that a line can never arrive after the answer that followed it.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, done) => {
    post({ output: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback) queueMicrotask(callback);
    return true;
  };
}

/** One entry of the text log format, which is one event in the log group even when it has many lines. */
const entry = (level, ...parts) => post({ entry: `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...parts)}` });
for (const [method, level] of Object.entries({ log: 'INFO', info: 'INFO', debug: 'DEBUG', trace: 'TRACE', warn: 'WARN', error: 'ERROR' })) {
  console[method] = (...parts) => entry(level, ...parts);
}

/** What the caller gets of an error. The name is what Step Functions matches on. */
function told(error) {
  if (types.isNativeError(error) || (error?.name && error.message !== undefined && error.stack)) {
    return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function crash(what, failed) {
  entry('ERROR', `${what} \t${JSON.stringify({ ...failed, stack: failed.trace, trace: undefined })}`);
  post({ crashed: failed });
  process.exit(129);
}
process.on('uncaughtException', (error) => crash('Uncaught Exception', told(error)));
process.on('unhandledRejection', (reason) => {
  const { trace } = told(reason);
  crash('Unhandled Promise Rejection', { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: String(reason), trace });
});

function initError(error) {
  const failed = told(error);
  if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND') failed.errorType = 'Runtime.ImportModuleError';
  else if (error instanceof SyntaxError) failed.errorType = 'Runtime.UserCodeSyntaxError';
  return failed;
}

async function load() {
  const module = await import(workerData.file);
  const handler = module[workerData.name] ?? module.default?.[workerData.name];
  if (typeof handler === 'function') return handler;
  const error = new Error(`${workerData.handler} is undefined or not exported`);
  error.name = 'Runtime.HandlerNotFound';
  throw error;
}

async function answer(handler, { id, event, context, deadline }) {
  requestId = context.awsRequestId;
  const remaining = { getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) };
  try {
    const result = await handler(JSON.parse(event), { ...context, ...remaining, callbackWaitsForEmptyEventLoop: true });
    post({ id, ok: JSON.stringify(result === undefined ? null : result) });
  } catch (error) {
    const failed = told(error);
    entry('ERROR', `Invoke Error \t${JSON.stringify({ ...failed, stack: failed.trace, trace: undefined })}`);
    post({ id, failed });
  }
}

try {
  const handler = await load();
  parentPort.on('message', (message) => void answer(handler, message));
  post({ ready: true });
} catch (error) {
  const failed = initError(error);
  entry('ERROR', `Uncaught Exception \t${JSON.stringify({ ...failed, stack: failed.trace, trace: undefined })}`);
  post({ failed });
}
