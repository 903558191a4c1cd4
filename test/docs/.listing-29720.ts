import { type OpenStage, resume, train } from "../../runtime/index.ts";

async function halveUntilStuck(stage: OpenStage): Promise<void> {
  let { factor = 1, worse = 0 } = stage.loopState as { factor?: number; worse?: number };
  while (stage.done < stage.total && worse < 3) {
    const warmUp = Math.min(1, (stage.done + 1) / 10);
    const { loss } = await stage.step(await stage.next(), { rateFactor: warmUp * factor });
    if (stage.done % 10 === 0) console.log(`${stage.name}, update ${stage.done}: loss ${loss.toFixed(3)}`);
    if (!stage.isDue) continue;
    const { best } = await stage.validate();
    if (!best) [factor, worse] = [factor / 2, worse + 1];
    stage.loopState = { factor, worse };
    await stage.save();
  }
}

export const begin = () => train({ specification: "model.mtl", loop: halveUntilStuck });
export const goOn = (run: string) => resume(run, { loop: halveUntilStuck });
