"""Records of a run that never happened, with the structure of a real one: clips differ more than their runs do."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from analysis.records import (
    AnswerRecord,
    ClipEntry,
    EndRecord,
    FailureRecord,
    LoadRecord,
    ModelFile,
    NetworkRecord,
    Record,
    RecordWriter,
    RequestRecord,
    RunRecord,
    StepRecord,
)

SHA = "ab" * 32
GLOSSES = ("hello", "please", "thank-you", "coffee", "no", "tea")
UNDECODABLE = ("comer/comer.mp4", "comer")
START = 1_760_000_000.0


def clip_names(count: int) -> list[tuple[str, str]]:
    """(clip, gloss) of `count` clips."""
    glosses = [GLOSSES[index % 6] for index in range(count)]
    return [(f"{gloss}/{gloss}_{10 + index // 6}_{'AB'[index % 2]}.webm", gloss) for index, gloss in enumerate(glosses)]


def run_record(clips: int, source: str = "samples") -> RunRecord:
    named = [*clip_names(clips), UNDECODABLE]
    entries = [ClipEntry(clip=clip, gloss=gloss, source=source) for clip, gloss in named]
    return RunRecord(
        t=START,
        run="2026-01-02T03-04-05",
        environment={
            "cpu": "Two-core virtual machine",
            "cores": 2,
            "memory_gb": 8,
            "browser": "Chromium 149",
            "load_average": [0.4, 0.5, 0.3],
            "first_visit_assets": [
                {"name": "/", "transfer": 1_477, "encoded": 1_177, "decoded": 4_630},
                {"name": "/models/default/model.onnx", "transfer": 563_451, "encoded": 563_151, "decoded": 672_002},
            ],
            "versions": {"onnxruntime-web": "1.30.0", "onnxruntime": "1.32.0", "mediapipe": "0.10.35"},
        },
        settings={"rounds": 4, "fps": 15, "wire": ["npy", "json"], "model": "model.onnx", "threads": 1},
        model=ModelFile(name="default", file="model.onnx", sha256=SHA, labels=[*GLOSSES, "idle"]),
        clips=entries,
    )


class Clock:
    """Step records of one trial, each carrying the common fields once."""

    def __init__(self, trial: str, clip: str | None, round: int, phase: str) -> None:
        self.common = {"t": START + round, "trial": trial, "clip": clip, "round": round, "phase": phase}

    def step(self, path: str, step: str, ms: float, clock: str = "browser", **more: object) -> StepRecord:
        return StepRecord(**self.common, path=path, step=step, ms=ms, clock=clock, **more)


def warm_trial(clip: str, gloss: str, round: int, pace: float, random: np.random.Generator) -> Iterator[Record]:
    """One warm pass of a clip; `pace` is what this clip's length does to every time."""
    trial = f"warm-{round}-{clip}"
    clock = Clock(trial, clip, round, "warm")

    def around(ms: float, spread: float = 0.08) -> float:
        return float(ms * pace * random.lognormal(0, spread))

    decode, landmarks = around(64), around(2300, 0.03)
    yield clock.step("shared", "extract", decode + landmarks, frames=29)
    yield clock.step("shared", "decode", decode)
    yield clock.step("shared", "landmarks", landmarks)
    yield clock.step("shared", "pose", landmarks * 0.8)
    yield clock.step("shared", "hands", landmarks * 0.7)
    inference = around(1.9, 0.12)
    yield clock.step("edge", "inference", inference)
    yield clock.step("edge", "classify", inference + around(0.5, 0.2))
    logits = random.normal(0, 3, 7)
    logits[GLOSSES.index(gloss)] += -9 if "11_B" in clip else 9
    yield answer(trial, clip, gloss, "edge", None, logits)
    yield answer(trial, clip, gloss, "native", None, logits + 3e-6)
    for wire, decode_ms, up in (("npy", 0.08, 25_184), ("json", 3.1, 121_000)):
        yield from cloud_steps(clock, wire, decode_ms, up, around)
        yield answer(trial, clip, gloss, "cloud", wire, logits + 2e-6)


def cloud_steps(clock: Clock, wire: str, decode_ms: float, up: int, around) -> Iterator[StepRecord]:
    endpoint = {"decode": around(decode_ms), "queue": 0.0, "inference": around(0.7), "encode": around(0.1)}
    nested = around(1.3) + sum(endpoint.values())
    yield clock.step("cloud", "encode", around(decode_ms * 0.4), wire=wire, bytes=up)
    for name, ms in endpoint.items():
        yield clock.step("cloud", f"endpoint_{name}", ms, "server", wire=wire)
    yield clock.step("cloud", "sagemaker", nested, "server", wire=wire)
    yield clock.step("cloud", "handler", nested + 0.3, "server", wire=wire)
    yield clock.step("cloud", "lambda", nested + 1.0, "server", wire=wire)
    yield clock.step("cloud", "gateway", nested + 1.6, "server", wire=wire)
    yield clock.step("cloud", "round_trip", nested + 1.6 + around(1.8, 0.3), wire=wire)
    yield clock.step("cloud", "parse", around(0.06), wire=wire, bytes=412)


def answer(trial: str, clip: str, gloss: str, path: str, wire: str | None, logits: np.ndarray) -> AnswerRecord:
    labels = [*GLOSSES, "idle"]
    odds = np.exp(logits - logits.max())
    order = np.argsort(-odds)[:5]
    top = [{"label": labels[index], "probability": float(odds[index] / odds.sum())} for index in order]
    return AnswerRecord(
        t=START,
        trial=trial,
        clip=clip,
        gloss=gloss,
        path=path,
        wire=wire,
        top=top,
        logits=logits.tolist(),
        sha256=SHA,
    )


def cold_runs(random: np.random.Generator, count: int) -> Iterator[StepRecord]:
    for index in range(count):

        def around(ms: float) -> float:
            return float(ms * random.lognormal(0, 0.06))

        visit = Clock(f"cold-visit-{index}", None, index, "cold")
        yield visit.step("edge", "first_visit", around(2100), bytes=19_400_000)
        yield visit.step("edge", "first_answer", around(5200))
        yield visit.step("edge", "repeat_visit", around(900), bytes=2_300)
        yield Clock(f"cold-exec-{index}", None, index, "cold").step("cloud", "exec_to_ready", around(310), "driver")
        for what in ("all", "lambda"):
            cloud = Clock(f"cold-{what}-{index}", "hello/hello_10_A.webm", index, "cold")
            init, start = around(210), around(320) if what == "all" else 0.0
            yield cloud.step("cloud", "lambda_init", init, "server", wire="npy")
            if start:
                yield cloud.step("cloud", "endpoint_start", start, "server", wire="npy")
            yield cloud.step("cloud", "round_trip", init + start + 12, wire="npy")


def benchmark(random: np.random.Generator, count: int) -> Iterator[StepRecord]:
    clock = Clock("benchmark", None, 0, "warm")
    for _ in range(count):
        yield clock.step("edge", "bare_inference", float(3.1 * random.lognormal(0, 0.05)))
        yield clock.step("edge", "page_inference", float(3.4 * random.lognormal(0, 0.06)))


def synthetic_run(clips: int = 18, rounds: int = 4, cold: int = 5, seed: int = 7) -> list[Record]:
    """A whole run with one clip that fails; the last clip answers wrongly."""
    random = np.random.default_rng(seed)
    records: list[Record] = [run_record(clips)]
    records += cold_runs(random, cold)
    paces = random.lognormal(0, 0.25, clips)
    for round in range(rounds):
        for (clip, gloss), pace in zip(clip_names(clips), paces, strict=True):
            records += warm_trial(clip, gloss, round, pace, random)
    records += benchmark(random, 200)
    records.append(
        FailureRecord(
            t=START,
            trial="warm-0-comer/comer.mp4",
            clip=UNDECODABLE[0],
            path="shared",
            code="unsupported_codec",
            message="comer.mp4 is MPEG-4 Part 2, which this browser cannot decode: convert it to H.264 or VP9.",
        )
    )
    records.append(EndRecord(t=START + 240, completed=True, seconds=240))
    return records


def write_run(folder: Path, records: list[Record]) -> Path:
    """`samples.jsonl` in a new folder; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "samples.jsonl"
    with RecordWriter(path) as writer:
        for record in records:
            writer.write(record)
    return path


def whole_run(clips: int = 7, rounds: int = 3, cold: int = 2) -> list[Record]:
    """A run with everything that a report can show: both paths, starts, networks and a load."""
    first, *middle, last = synthetic_run(clips, rounds, cold)
    return [first, *middle, *network_records(clips), *load_records(), last]


NETWORKS = {"loopback": 0.1, "fibre": 80.0, "4g": 130.0}  # RTT, ms


def network_records(clips: int = 7, rounds: int = 2, seed: int = 11) -> list[Record]:
    """Calibrated networks with warm trials of both paths, whose cloud takes two round trips and 10 ms, the browser
    100 ms (so that they cross at 45 ms), and three first visits each with their parts."""
    random = np.random.default_rng(seed)
    records: list[Record] = []
    for network, rtt in NETWORKS.items():
        records.append(
            NetworkRecord(
                t=START,
                network=network,
                emulation="tun" if rtt > 1 else "none",
                nominal={"rtt_ms": rtt, "jitter_ms": 0, "loss": 0.0, "down_mbit": 50.0 if rtt > 1 else None},
                source="assumption, 2026-01",
                measured={
                    "rtt_ms": list(rtt * random.lognormal(0, 0.01, 40)),
                    "loss": [0.0] * 200,
                    "down_mbit": list(49 * random.lognormal(0, 0.01, 8)),
                },
            )
        )
        paces = random.lognormal(0, 0.1, clips)
        for round in range(rounds):
            for (clip, _), pace in zip(clip_names(clips), paces, strict=True):
                clock = Clock(f"{network}-{round}-{clip}", clip, round, "warm")
                edge, cloud = (float(ms * pace * random.lognormal(0, 0.02)) for ms in (100, 10 + 2 * rtt))
                records.append(clock.step("edge", "classify", edge, network=network))
                for step, ms in (("encode", 0.0), ("round_trip", cloud), ("parse", 0.0)):
                    records.append(clock.step("cloud", step, ms, wire="npy", network=network))
        for visit in range(3):
            clock = Clock(f"visit-{network}-{visit}", None, visit, "cold")
            parts = {"visit_connect": 3 * rtt, "visit_download": 900.0, "visit_compile": 200.0}
            parts |= {"visit_session": 50.0, "visit_first_frame": 80.0}
            records += [clock.step("edge", step, ms, network=network) for step, ms in parts.items()]
            whole = sum(parts.values()) - parts["visit_first_frame"] + 25  # the first frame comes after the visit
            records.append(clock.step("edge", "first_visit", whole, bytes=18_600_000, network=network))
    return records


def load_records(rates: tuple[float, ...] = (20, 50, 100, 200), seconds: float = 5) -> list[Record]:
    """An open load on a server of the given capacity: answers in 10 ms until then, late and partly refused beyond."""
    random, capacity = np.random.default_rng(5), 120
    stages = [{"seconds": seconds, "rate": rate} for rate in rates]
    records: list[Record] = [
        LoadRecord(t=START, load="gateway", user="cloud", wire="npy", workload="open", stages=stages, workers=2)
    ]
    for index, rate in enumerate(rates):
        begin = START + 10 + index * seconds
        for number in range(int(rate * seconds)):
            due = begin + number / rate
            sent = due + float(random.exponential(0.0002))
            behind = max(0.0, number / capacity - number / rate) * 1e3
            service = float(10 * random.lognormal(0, 0.1)) + behind
            refused = rate > capacity and number % 10 == 9
            records.append(
                RequestRecord(
                    t=sent,
                    load="gateway",
                    stage=index,
                    id=f"{index}-{number}",
                    name="POST /prod/predict",
                    worker=str(number % 2),
                    due=due,
                    ms=service + (sent - due) * 1e3,
                    service_ms=service,
                    status=429 if refused else 200,
                    bytes_up=25_184,
                    bytes_down=412,
                    server={} if refused else {"gateway": service * 0.9, "endpoint-inference": 0.7},
                )
            )
    return records
