/** Whether there was anybody to recognise: the model would name a sign for an empty room too. */
import { Fault } from "../errors";

/**
 * @param frames_with in how many frames each part was found
 * @param clip its name; none for what the camera recorded
 * @throws Fault `no_person`, `no_hands`
 */
export function requirePerson(
  frames_with: { pose: number; left_hand: number; right_hand: number },
  clip?: string,
): void {
  const values: Record<string, string> = clip === undefined ? {} : { clip };
  if (!frames_with.pose) throw new Fault("no_person", values);
  if (!frames_with.left_hand && !frames_with.right_hand) throw new Fault("no_hands", values);
}
