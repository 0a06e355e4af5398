import type { Command, CommanderError } from 'commander';

/** The one line for a command that was not understood: what was wrong, what is allowed, where to read on. */
export function refusalOf({ code, message }: CommanderError, program: Command, argv: readonly string[]): string {
  const command = program.commands.find((each) => each.name() === argv[0]);
  const next = `Next: release ${command ? `${command.name()} ` : ''}--help`;
  if (code === 'commander.help' || code === 'commander.unknownCommand') {
    const names = program.commands.map((each) => each.name()).join(', ');
    return `${argv[0] ? `unknown command '${argv[0]}'` : 'a command is missing'}: expected one of ${names}. ${next}`;
  }
  const what = message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  if (code !== 'commander.unknownOption' || !command) return `${what}. ${next}`;
  return `${what}: expected ${command.options.map(({ long }) => long).join(', ') || 'none'}. ${next}`;
}
