import { EC2ServiceException, type Filter } from '@aws-sdk/client-ec2';

interface Input {
  readonly Filters?: Filter[];
  readonly NextToken?: string;
}

/** What a Describe call asks for. Filters that are not in `known` are refused by name; ids are not supported beside filters. */
export function matching<Item extends object>(
  items: readonly Item[],
  input: Input,
  known: Readonly<Record<string, keyof Item>>,
  ids: string,
): Item[] {
  const { Filters = [], ...others } = input;
  if (ids in others) throw refusal(`the rehearsal does not support ${ids}; known: Filters`);
  return Filters.reduce<Item[]>(
    (rest, { Name = '', Values = [] }) => {
      const member = known[Name];
      if (member === undefined) throw refusal(`the rehearsal does not support the filter ${Name}; known: ${Object.keys(known).join(', ')}`);
      return rest.filter((item) => Values.includes(String(item[member])));
    },
    [...items],
  );
}

const refusal = (message: string) =>
  new EC2ServiceException({ name: 'InvalidParameterValue', $fault: 'client', message, $metadata: { httpStatusCode: 400 } });
