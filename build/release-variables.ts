/** Variables that the machine and the build project hand to a build. */
const variables = {
  RELEASE_TAG: 'the tag that is built',
  RELEASE_ATTEMPT: 'the attempt at it, from 1',
  RELEASE_COMMIT: 'its commit',
  REPOSITORY_URI: 'where its image is pushed to',
  REPOSITORY_NAME: "the registry's name for that place",
  BASE_IMAGE: 'the image that it is built on',
} as const;

export type BuildVariables = Readonly<Record<keyof typeof variables, string>>;

/** Throws one error that names every missing variable. */
export function readVariables(from: Readonly<Record<string, string | undefined>>): BuildVariables {
  const missing = Object.entries(variables).filter(([name]) => !from[name]);
  if (missing.length > 0) throw new Error(`the build lacks ${missing.map(([name, meaning]) => `${name} (${meaning})`).join(', ')}`);
  return Object.fromEntries(Object.keys(variables).map((name) => [name, from[name]])) as BuildVariables;
}
