import type { Moment } from '../story.ts';

/** Shows a release as it goes. */
export interface View {
  tell(moment: Moment): void;
  /** Somebody is about to be asked something: the screen must be still. The next moment goes on. */
  pause(): Promise<void>;
  /** The execution ended: whatever still moves on the screen stops. */
  end(): Promise<void>;
}
