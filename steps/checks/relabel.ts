interface Template {
  Resources?: Record<string, { Type?: string; Properties?: { ContainerDefinitions?: { DockerLabels?: object }[] } }>;
}

/**
 * The same template with one label more on every container. A resource that was left out of a rollback counts as gone back: the template
 * alone would change nothing, and CloudFormation would touch nothing. A label makes a new revision of the very same task definition, and the
 * service is told all that the template says of it. Labels are no part of what a proof compares.
 * @param by the release that repairs
 * @returns null when the text is no JSON template or has no task definition
 */
export function relabelled(template: string, by: string): string | null {
  const parsed = parse(template);
  const containers = Object.values(parsed?.Resources ?? {})
    .filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition')
    .flatMap(({ Properties }) => Properties?.ContainerDefinitions ?? []);
  for (const container of containers) container.DockerLabels = { ...container.DockerLabels, 'release.repaired-by': by };
  return containers.length > 0 ? JSON.stringify(parsed) : null;
}

function parse(text: string): Template | null {
  try {
    return JSON.parse(text) as Template;
  } catch {
    return null; // Deployed by hand, in YAML.
  }
}
