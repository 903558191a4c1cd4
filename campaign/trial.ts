/** Random attempts to break one of mtl's promises. */
export interface Campaign {
  readonly name: string;
  /** One sentence on the attack, and on the result that must hold nevertheless. */
  readonly promise: string;
  /** The number of trials that the tests have time for. */
  readonly quick: number;
  /** Runs the trials. Each broken promise gives a line with all that is needed to repeat the trial. */
  run(settings: CampaignSettings): Promise<CampaignOutcome>;
}

export interface CampaignSettings {
  readonly trials: number;
  readonly seed: number;
  /** Reports progress. */
  readonly note: (text: string) => void;
}

export interface CampaignOutcome {
  readonly failures: readonly string[];
  /** The number of trials by outcome. */
  readonly counts: Readonly<Record<string, number>>;
}
