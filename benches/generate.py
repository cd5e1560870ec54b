"""Makes a collection of N artifacts in a folder, committed with git.

Usage: python3 benches/generate.py FOLDER N

N skills with believable headers, N / 10 groups of 10 members, 3 tags for each skill; about 350 bytes a row.
"""

import os
import subprocess
import sys

TOPICS = ["auth", "cache", "deploy", "docs", "graph", "http", "index", "jobs", "logs", "mail", "parse", "query"]
VERBS = ["audit", "build", "check", "draft", "explain", "find", "guard", "harden", "inspect", "join", "keep", "lint"]


def name_of(number):
    """A name that is believable and its own: `audit-auth-00042`."""
    return f"{VERBS[number % 12]}-{TOPICS[number // 12 % 12]}-{number:05}"


def header_of(number):
    """A skill's file."""
    name = name_of(number)
    topic = TOPICS[number // 12 % 12]
    return (
        f"---\nname: {name}\n"
        f"description: {VERBS[number % 12].capitalize()}s what touches {topic}. Use it when a change in {topic} needs a second look.\n"
        f"version: 1.{number % 10}.0\nlicense: MIT\nallowed-tools: Read, Grep, Bash\ntags: [{topic}]\n---\n\n"
        f"# {name}\n\n" + "Look at the change, name what it touches, and say what is missing.\n" * 12
    )


def row_of(number):
    """An artifact's row."""
    name = name_of(number)
    sha = f"{number * 2654435761 % 2**64:016x}" * 2 + f"{number:08x}"
    return (
        f'[[artifacts]]\nname = "{name}"\ntype = "skill"\nsource = "myorg/library-of-skills/skills/{name}"\n'
        f'version_spec = "latest"\nresolved_sha = "{sha}"\nresolved_version = "v1.{number % 10}.0"\nscope = "user"\n'
        f'aliases = ["{name[:4]}{number}"]\n'
        f'tags = ["{TOPICS[number % 12]}", "{VERBS[number % 7]}", "area-{number % 20}"]\n\n'
    )


def manifest_of(count):
    """The manifest of the whole collection."""
    parts = ['[tool.skillmeat]\nname = "bench"\nversion = "1.0.0"\n\n']
    slugs = TOPICS + VERBS[:7] + [f"area-{number}" for number in range(20)]
    for slug in slugs:
        parts.append(f'[[tag_definitions]]\nname = "{slug}"\nslug = "{slug}"\ncolor = "#3B82F6"\n\n')
    for group in range(count // 10):
        members = "".join(f'    "skill:{name_of(group * 10 + number)}",\n' for number in range(10))
        parts.append(
            f'[[groups]]\nname = "Group {group:05}"\ndescription = "Ten skills that belong together"\n'
            f'color = "#10B981"\nicon = "shield"\nposition = {group}\nmembers = [\n{members}]\n\n'
        )
    parts.extend(row_of(number) for number in range(count))
    return "".join(parts)


def generate(folder, count, git=("git",)):
    """Writes the collection and commits it."""
    os.makedirs(folder)
    for number in range(count):
        skill = os.path.join(folder, "skills", name_of(number))
        os.makedirs(skill)
        with open(os.path.join(skill, "SKILL.md"), "w", encoding="utf-8") as file:
            file.write(header_of(number))
    with open(os.path.join(folder, "collection.toml"), "w", encoding="utf-8") as file:
        file.write(manifest_of(count))
    for arguments in (["init", "-q"], ["add", "--all"], ["-c", "maintenance.auto=false", "commit", "-q", "-m", "Start"], ["gc", "-q"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    generate(sys.argv[1], int(sys.argv[2]))
