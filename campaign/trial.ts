/** A kind of attack on what mtl promises, tried at random. */
export interface Campaign {
  readonly name: string;
  /** One sentence: what is done, and what must hold. */
  readonly promise: string;
  /** Tries it so often. Gives a line for each time that the promise did not hold, with what it takes to try it again. */
  run(settings: CampaignSettings): Promise<CampaignOutcome>;
}

export interface CampaignSettings {
  readonly trials: number;
  readonly seed: number;
  /** Says what is going on. */
  readonly note: (text: string) => void;
}

export interface CampaignOutcome {
  readonly failures: readonly string[];
  /** What came out, and how often. */
  readonly counts: Readonly<Record<string, number>>;
}
