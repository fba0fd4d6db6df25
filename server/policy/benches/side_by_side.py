#!/usr/bin/env python3
"""Decisions a second: accesslens and iam-simulate over the same requests, in turns, in one run.

    npm install --prefix FOLDER @cloud-copilot/iam-simulate@0.1.173
    cargo build --release
    server/policy/benches/side_by_side.py FOLDER [--set FILE] [--rounds N] [--binary PATH]

FILE is {"policies": …, "requests": […]} as `accesslens simulate --batch` has them; without it, `stack.json` decides
every Bedrock and SageMaker action of the catalogue. Three things are measured, by CPU seconds, so that a busy machine
changes little:

  iam-simulate   its core engine, policies parsed before
  evaluator      the criterion bench, policies compiled before
  batch          `accesslens simulate --batch -` from its start to its end, JSON included

Nothing is installed and nothing is written but temporary files.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
ACCOUNT = "111122223333"
# What the criterion bench has, so that its own set and this one are the same work.
CONTEXT = {
    "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/ml/loader",
    "aws:PrincipalAccount": ACCOUNT,
    "aws:PrincipalOrgID": "o-exampleorgid",
    "aws:PrincipalOrgPaths": ["o-exampleorgid/r-1/ou-ml/"],
    "aws:PrincipalType": "AssumedRole",
    "aws:PrincipalIsAWSService": "false",
    "aws:ViaAWSService": "false",
    "aws:RequestedRegion": "us-east-1",
    "aws:SourceVpc": "vpc-0a1b2c3d",
    "aws:SecureTransport": "true",
    "aws:CurrentTime": "2026-05-01T10:00:00Z",
    "aws:ResourceAccount": ACCOUNT,
    "aws:ResourceOrgID": "o-exampleorgid",
    "aws:PrincipalTag/team": "search",
    "aws:ResourceTag/team": "search",
    "aws:userid": "AROAEXAMPLE:run-7",
}
# How often `--batch` gets the requests, each with all policies beside it: the set is small.
REPEAT = 2


def every_action():
    """The requests of the catalogue: each action with a resource of its first type."""
    known = {"Partition": "aws", "Region": "us-east-1", "Account": ACCOUNT}
    fill = lambda arn: re.sub(r"\$\{(\w+)\}", lambda it: known.get(it[1], "abc123"), arn)
    requests = []
    for name in ["bedrock*.json", "sagemaker*.json"]:
        for path in sorted((ROOT / "schemas/catalog/services").glob(name)):
            service = json.loads(path.read_text())
            arns = {it["name"]: it["arns"] for it in service.get("resources", []) if it.get("arns")}
            for action in service["actions"]:
                formats = [arn for it in action.get("resources", []) for arn in arns.get(it, [])]
                requests.append({
                    "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/loader/run-7",
                    "action": f"{service['prefix']}:{action['name']}",
                    "resource": fill(formats[0]) if formats else "*",
                    "resourceAccount": ACCOUNT,
                    "context": CONTEXT,
                })
    return {"policies": json.loads((HERE / "stack.json").read_text()), "requests": requests}


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{command[0]} ended with {done.returncode}")
    return done.stdout


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def batch(binary, lines):
    before = cpu_of_children()
    out = run([binary, "simulate", "--batch", "-"], input=lines)
    return [json.loads(line)["decision"] for line in out.splitlines()], cpu_of_children() - before


def evaluator(bench, path):
    """How often criterion decided the whole set, and the CPU seconds of all it did: a little too many."""
    with tempfile.TemporaryDirectory() as home:
        before = cpu_of_children()
        run(
            [bench, "--bench", "--warm-up-time", "0.1", "--measurement-time", "5", "every layer"],
            env={**os.environ, "ACCESSLENS_DECISIONS": str(path), "CRITERION_HOME": home},
            stderr=subprocess.DEVNULL,
        )
        cpu = cpu_of_children() - before
        samples = [json.loads(it.read_text()) for it in pathlib.Path(home).glob("**/new/sample.json")]
    return sum(sum(it["iters"]) for it in samples), cpu


def bench_binary():
    build = ["cargo", "bench", "-p", "accesslens-policy", "--bench", "decide", "--no-run"]
    out = run([*build, "--message-format=json"], cwd=ROOT)
    built = [json.loads(line) for line in out.splitlines()]
    return next(it["executable"] for it in built if it.get("target", {}).get("name") == "decide" and it["executable"])


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", help="where iam-simulate is installed")
    ask.add_argument("--set", help="policies and requests")
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--binary", default=str(ROOT / "target/release/accesslens"))
    args = ask.parse_args()

    given = json.loads(pathlib.Path(args.set).read_text()) if args.set else every_action()
    given = {"policies": given["policies"], "requests": given["requests"]}
    n = len(given["requests"])
    bench = bench_binary()
    lines = "".join(
        json.dumps({"id": id, "policies": given["policies"], "request": it}) + "\n"
        for id, it in enumerate(given["requests"])
    )
    rates = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "set.json"
        path.write_text(json.dumps(given))
        for round in range(args.rounds):
            theirs = json.loads(run(["node", str(HERE / "iam_simulate.mjs"), args.folder, str(path)]))
            rates["iam-simulate"].append(n / theirs["cpu"])
            times, cpu = evaluator(bench, path)
            rates["evaluator"].append(n * times / cpu)
            ours, cpu = batch(args.binary, lines * REPEAT)
            rates["batch"].append(n * REPEAT / cpu)
            print(f"round {round + 1}: " + ", ".join(f"{it} {rate[-1]:,.0f}/s" for it, rate in rates.items()))

    pairs = list(zip(theirs["answers"], ours[:n]))
    median = {it: statistics.median(rate) for it, rate in rates.items()}
    print(f"\n{n} requests, {args.rounds} rounds, medians")
    for name, rate in median.items():
        print(f"  {name:12} {rate:12,.0f} decisions/s  {rate / median['iam-simulate']:10,.1f} x")
    print(f"  same answer  {sum(a == b for a, b in pairs)} of {n}")
    for (a, b), count in collections.Counter(it for it in pairs if it[0] != it[1]).most_common():
        print(f"    iam-simulate {a}, accesslens {b}: {count}")


if __name__ == "__main__":
    main()
