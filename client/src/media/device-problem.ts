/** Why a camera or microphone cannot be used, so that the page can say how to mend it. */
export type DeviceProblem =
  /** The person, or the system, said no. */
  | 'denied'
  /** There is no such device. */
  | 'missing'
  /** Another program holds it. */
  | 'in-use'
  /** This browser, often one inside another app, offers no camera at all. */
  | 'unsupported'
  /** The page is not served over https. */
  | 'insecure'
  /** Something else; trying again may help. */
  | 'failed';
