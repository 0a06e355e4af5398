// The container's own check: alive, not ready. A task that waits for its configuration must not be killed for waiting.
const answer = await fetch(`http://127.0.0.1:${process.env.PORT || 5000}/health/live`, { signal: AbortSignal.timeout(2500) }).catch(
  () => undefined,
);
process.exit(answer?.status === 200 ? 0 : 1);
