#!/usr/bin/env python3
"""Holds `accesslens access --batch` against z3 over random policies.

    cargo xtask reach [SECONDS] [--seed N] [--binary PATH]

gets z3 and runs this. A PASS is wrong when z3 finds a request that is granted; a FAIL is wrong when its request is
not granted by the formulas. What z3 does not decide in time is counted and left out.
"""
import argparse
import collections
import functools
import json
import multiprocessing
import pathlib
import random
import re
import subprocess
import sys
import time

import z3

import policies
from meaning import Meaning, as_list

ROOT = pathlib.Path(__file__).resolve().parents[4]
SERVICES = ("s3", "bedrock", "sagemaker")
# Stands for every service that no random policy names.
OTHER = "iam:GetRole"
CHUNK = 100
# How long z3 may take for one question, in milliseconds.
PATIENCE = 2000
# How many answers may be UNKNOWN, in percent: more would be an engine that gives up.
MOST_UNKNOWN = 8


@functools.cache
def action_matches(pattern, name):
    """Whether an action matches a pattern; case does not matter."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, name, re.IGNORECASE) is not None


def catalogue():
    """An action for each way in which the patterns of the random policies tell them apart."""
    names = [OTHER]
    for service in SERVICES:
        text = (ROOT / f"schemas/catalog/services/{service}.json").read_text()
        names += [f"{service}:{it['name']}" for it in json.loads(text)["actions"]]
    patterns = policies.ACTIONS + policies.FEW_ACTIONS + [it[0] for it in policies.ASKED]
    return list({tuple(action_matches(it, name) for it in patterns): name for name in reversed(names)}.values())


def covers(statement, action):
    """Whether a statement is about an action."""
    for name in ("Action", "NotAction"):
        if name in statement:
            return any(action_matches(it, action) for it in as_list(statement[name])) != name.startswith("Not")
    return False


def classes(documents, known):
    """An action for each way in which the statements can cover one."""
    statements = [it for document in documents for it in document["Statement"]]
    written = [it for one in statements for name in ("Action", "NotAction") for it in as_list(one.get(name, []))]
    lower = {it.lower() for it in known}
    unknown = sorted({it for it in written if not re.search(r"[*?]", it) and it.lower() not in lower})
    out = {}
    for action in known + unknown:
        out.setdefault(tuple(covers(it, action) for it in statements), action)
    return list(out.values())


def formula(question, action, past_colon):
    """The request that answers a question with FAIL, and what is true of all requests."""
    documents = [question[it] for it in ("existing", "new") if it in question]
    meaning = Meaning(documents, past_colon)
    granted = lambda it: meaning.granted(question[it], lambda one: covers(one, action))
    if question["kind"] == "no-new-access":
        wanted = z3.And(granted("new"), z3.Not(granted("existing")))
    else:
        access = question["access"]
        is_asked = any(action_matches(it, action) for it in access["actions"])
        on = z3.Or([meaning.of_resource(it, False) for it in access["resources"]])
        wanted = z3.And(granted("new"), on) if is_asked else z3.BoolVal(False)
    return meaning, wanted


def check_pass(question, known):
    """`right`, `undecided`, or the request that z3 found."""
    documents = [question[it] for it in ("existing", "new") if it in question]
    verdict = "right"
    for action in classes(documents, known):
        if not any(it["Effect"] == "Allow" and covers(it, action) for it in question["new"]["Statement"]):
            continue
        before = None
        for past_colon in (False, True):
            meaning, wanted = formula(question, action, past_colon)
            if before is not None and wanted.eq(before):
                continue
            before = wanted
            solver = z3.Solver()
            solver.set("timeout", PATIENCE)
            solver.add(wanted, *meaning.universe)
            found = solver.check()
            if found == z3.sat:
                return f"wrong: z3 finds {action} with {solver.model()}"
            if found == z3.unknown:
                verdict = "undecided"
    return verdict


def check_fail(question, witness):
    """`right`, `undecided`, or what is wrong with the request."""
    for past_colon in (False, True):
        meaning, wanted = formula(question, witness["action"], past_colon)
        values = [(meaning.resource, z3.StringVal(witness["resource"])),
                  (meaning.principal, z3.StringVal(witness["principal"]))]
        context = {name.lower(): value for name, value in witness["context"].items()}
        for name, key in meaning.keys.items():
            try:
                pairs = key.values(context.get(name))
            except ValueError as error:
                return f"wrong: {name}: {error}"
            if pairs is None:
                return "undecided"
            values += pairs
        held = z3.simplify(z3.substitute(wanted, *values))
        if not z3.is_true(held):
            return f"wrong: its request is not granted in {'one' if past_colon else 'any'} reading: {held}"
    return "right"


def ask(binary, questions):
    """The engine's answers."""
    lines = "".join(json.dumps(it | {"id": n}) + "\n" for n, it in enumerate(questions))
    out = subprocess.run([binary, "access", "--batch", "-"], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(it) for it in out.stdout.splitlines()]


def work(job):
    """Asks questions of one seed until the time is over; what they came to, and what is wrong."""
    binary, seed, until = job
    numbers, known = random.Random(seed), catalogue()
    counts, wrong = collections.Counter(), []
    while time.monotonic() < until:
        questions = [policies.question(numbers) for _ in range(CHUNK)]
        for question, answer in zip(questions, ask(binary, questions), strict=True):
            if time.monotonic() >= until:
                break
            verdict = answer["verdict"]
            if verdict == "UNKNOWN":
                counts[verdict, answer.get("reason") or answer["error"]] += 1
                continue
            is_pass = verdict == "PASS"
            result = check_pass(question, known) if is_pass else check_fail(question, answer["witness"])
            counts[verdict, result.split(":")[0]] += 1
            if result.startswith("wrong"):
                wrong.append({"question": question, "answer": answer, "why": result})
    return counts, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", nargs="?", type=int, default=45)
    parser.add_argument("--seed", type=int, default=20_261_128)
    parser.add_argument("--binary", default=str(ROOT / "target/debug/accesslens"))
    args = parser.parse_args()
    until = time.monotonic() + args.seconds
    seeds = [args.seed, args.seed + 1]
    with multiprocessing.Pool(len(seeds)) as pool:
        parts = pool.map(work, [(args.binary, seed, until) for seed in seeds])
    counts = sum((it[0] for it in parts), collections.Counter())
    wrong = [it for part in parts for it in part[1]]
    asked = counts.total()
    unknown = sum(n for (verdict, _), n in counts.items() if verdict == "UNKNOWN")
    print(f"{asked} questions of seeds {seeds[0]} and {seeds[1]}, z3 {z3.get_version_string()}")
    for (verdict, result), n in sorted(counts.items()):
        print(f"  {n:6}  {verdict:7}  {result}")
    for it in wrong[:5]:
        print(json.dumps(it, indent=1))
    if wrong:
        sys.exit(f"{len(wrong)} answers are wrong")
    if not all(counts[verdict, "right"] for verdict in ("PASS", "FAIL")):
        sys.exit("nothing was compared")
    if unknown * 100 > asked * MOST_UNKNOWN:
        sys.exit(f"{unknown} of {asked} answers are UNKNOWN")


if __name__ == "__main__":
    main()
