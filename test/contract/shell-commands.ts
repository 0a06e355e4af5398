/** One simple command of a script: its words, quotes taken off. `$NAME` stays as it is written. */
export type ShellCommand = string[];

/**
 * The simple commands of a script, also those in `$(…)`, in pipes and in subshells. Knows as much of a shell as the pages of runbooks/ use;
 * `sh -n` judges the syntax. Redirections and assignments are left out.
 */
export function shellCommands(script: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let word: string | null = null;
  const text = script.replaceAll('\\\n', ' ');
  const endWord = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  const endCommand = () => {
    endWord();
    const command = withoutRedirections(words).filter(
      (each, index, all) => !all.slice(0, index + 1).every(isAssignment) || !isAssignment(each),
    );
    if (command.length > 0) commands.push(command);
    words = [];
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '#' && word === null) at = lineEnd(text, at) - 1;
    else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      const end = closing(text, at);
      word = (word ?? '') + text.slice(at + 1, end);
      commands.push(...substitutions(text.slice(at + 1, end)));
      at = end;
    } else if (text.startsWith('$(', at)) {
      const end = parenthesis(text, at + 1);
      word = (word ?? '') + text.slice(at, end + 1);
      commands.push(...shellCommands(text.slice(at + 2, end)));
      at = end;
    } else if (/[\n;|&()]/.test(char)) endCommand();
    else if (/\s/.test(char)) endWord();
    else word = (word ?? '') + char;
  }
  endCommand();
  return commands;
}

const isAssignment = (word: string) => /^[A-Z]+=/.test(word);

const lineEnd = (text: string, at: number) => (text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at));

function closing(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    if (text.startsWith('$(', end)) end = parenthesis(text, end + 1);
    else if (text[end] === '"') return end;
  }
  throw new Error(`no end of ${text.slice(at, at + 40)}`);
}

/** @param at of the opening one */
function parenthesis(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === ')') return end;
    if (text[end] === "'") end = text.indexOf("'", end + 1);
    else if (text[end] === '"') end = closing(text, end);
    else if (text[end] === '(') end = parenthesis(text, end);
  }
  throw new Error(`no end of ${text.slice(at, at + 40)}`);
}

const substitutions = (text: string): ShellCommand[] =>
  [...text.matchAll(/\$\(/g)].flatMap(({ index }) => shellCommands(text.slice(index + 2, parenthesis(text, index + 1))));

const withoutRedirections = (words: readonly string[]) =>
  words.filter((word, index) => !/^[<>]/.test(word) && !/^>+$/.test(words[index - 1] ?? ''));
