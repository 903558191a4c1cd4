"""Writes fixtures/log-mel-frames.json: what librosa 0.11 makes of a sound, for the frames of `log_mel`. torchaudio's frames are those of pad_mode="reflect"."""
import json, math, os
import numpy as np
from librosa.feature.spectral import melspectrogram

RATE, MELS, HOP = 8000, 10, 80


def sound(length):
    samples = [0.4 * math.sin(0.31 * t + 0.002 * t * t) + 0.2 * math.cos(1.7 * t) * (t % 97) / 97 for t in range(length)]
    return [round(value * 32767) for value in samples]


cases = []
for length, window in ((700, 200), (641, 201), (150, 200)):
    levels = sound(length)
    y = np.array(levels, dtype=np.float64) / 32768
    for centre, pad_mode in (("zeros", "constant"), ("reflect", "reflect")):
        energies = melspectrogram(y=y, sr=RATE, n_fft=256, win_length=window, hop_length=HOP, center=True, pad_mode=pad_mode, htk=True, norm=None, n_mels=MELS, power=2)
        cases.append(dict(levels=levels, window=window, centre=centre, frames=[[round(value, 6) for value in frame] for frame in np.log(energies + 1e-6).T.tolist()]))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "log-mel-frames.json"), "w") as out:
    json.dump(cases, out)
    out.write("\n")
