/** What may be shown of a value: its last four characters, and nothing of a value of four or fewer. */
export function mask(value: string): string {
  return value.length > 4 ? `***${value.slice(-4)}` : '***';
}

/** An ARN or a URL with every account id masked. */
export function maskAccounts(text: string): string {
  return text.replace(/(?<!\d)\d{12}(?!\d)/g, mask);
}
