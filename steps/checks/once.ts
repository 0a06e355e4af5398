/** Several sources need the same answer: asked for once, and again only after it failed. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}

export const asJson = (value: unknown) => JSON.stringify(value, null, 2);
