/** What every AWS client of the steps shares: standard retries, and deadlines that end well inside a function's own timeout. */
export const defaults = {
  maxAttempts: 3,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
} as const;
