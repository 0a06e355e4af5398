import { Logger } from '@aws-lambda-powertools/logger';

/** Writes one line when a function starts and one when it ends. Never the payload: an error text is the most that leaves. */
export function logged<Event, Result>(name: string, run: (event: Event) => Promise<Result>) {
  const logger = new Logger({ serviceName: name });
  return async (event: Event, context?: { awsRequestId?: string }): Promise<Result> => {
    const requestId = context?.awsRequestId;
    const started = performance.now();
    const milliseconds = () => Math.round(performance.now() - started);
    logger.info(`${name} starts`, { requestId });
    try {
      const result = await run(event);
      logger.info(`${name} is done`, { requestId, milliseconds: milliseconds() });
      return result;
    } catch (error) {
      const { name: errorName, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
      logger.error(`${name} fails`, { requestId, milliseconds: milliseconds(), errorName, errorMessage: message });
      throw error;
    }
  };
}
