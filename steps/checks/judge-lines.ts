import { Cause } from '../contract/causes.ts';
import type { Diagnosis, Source } from '../contract/failure.ts';
import { type CauseRule, causeRules } from './cause-rules.ts';

export type Conclusion = Pick<Diagnosis, 'cause' | 'confidence' | 'sentence'>;

/** What the first rule says that matches any of the lines; null when no rule knows them. */
export function judgeLines(lines: readonly { source: Source; text: string }[]): Conclusion | null {
  for (const rule of causeRules) {
    for (const line of lines) {
      const groups = matchRule(rule, line);
      const cause = groups && (rule.cause === 'said' ? Cause.safeParse(groups['cause']).data : rule.cause);
      if (groups && cause) return { cause, confidence: rule.confidence, sentence: sentenceOf(rule, line.text, groups) };
    }
  }
  return null;
}

/** The groups of the rule's pattern; null when the rule says nothing about the line. */
export function matchRule(rule: CauseRule, { source, text }: { source: Source; text: string }): Record<string, string | undefined> | null {
  const found = rule.in.includes(source) ? rule.pattern.exec(text.slice(0, longestLine)) : null;
  return found && { ...found.groups };
}

/** What a container writes has no bounds; what is matched has. */
const longestLine = 16_384;

const sentenceOf = ({ sentence }: CauseRule, text: string, groups: Record<string, string | undefined>) =>
  typeof sentence === 'function' ? sentence(text.slice(0, longestLine)) : filled(sentence, groups);

const filled = (sentence: string, groups: Record<string, string | undefined>) =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => groups[name]?.replaceAll('"', '').replaceAll(',', ', ') || 'what it does not say');
