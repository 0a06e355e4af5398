import type { Moment } from '../story.ts';

/** Shows a release as it goes. */
export interface View {
  tell(moment: Moment): void;
  /** The execution ended: whatever still moves on the screen stops. */
  end(): Promise<void>;
}
