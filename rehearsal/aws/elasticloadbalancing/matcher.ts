/** Whether a status is one that the matcher names: `200`, `200,202`, `200-299`. */
export function matches(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [low, high = low] = part.trim().split('-').map(Number);
    return low !== undefined && high !== undefined && status >= low && status <= high;
  });
}
