/** The key of a stage's teacher among warm starts. */
export function teacherOf(stage: string): string {
  return `${stage}/teacher`;
}
