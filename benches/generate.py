"""Makes a collection of N artifacts in a folder, committed with git.

Usage: python3 benches/generate.py FOLDER N [COMMITS]
       python3 benches/generate.py --home FOLDER N

With COMMITS: so many commits of its manifest alone, each with one change of one group, made with `git fast-import` and
packed as `git gc` packs what was committed one by one.

With --home: a home as SkillMeat leaves it, under no git: one collection of N skills, and a database that alone knows the
groups, the colours of the tags, and a rating of every tenth skill.

N skills with believable headers, N / 10 groups of 10 members, 3 tags for each skill; about 350 bytes a row.
"""

import os
import re
import sqlite3
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


def write_skills(folder, count):
    """Writes the skills' files."""
    for number in range(count):
        skill = os.path.join(folder, "skills", name_of(number))
        os.makedirs(skill)
        with open(os.path.join(skill, "SKILL.md"), "w", encoding="utf-8") as file:
            file.write(header_of(number))


def generate(folder, count, git=("git",)):
    """Writes the collection and commits it."""
    os.makedirs(folder)
    write_skills(folder, count)
    with open(os.path.join(folder, "collection.toml"), "w", encoding="utf-8") as file:
        file.write(manifest_of(count))
    for arguments in (["init", "-q"], ["add", "--all"], ["-c", "maintenance.auto=false", "commit", "-q", "-m", "Start"], ["gc", "-q"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


TABLES = """
    CREATE TABLE collections (id VARCHAR PRIMARY KEY, name VARCHAR, slug VARCHAR);
    CREATE TABLE artifacts (id VARCHAR PRIMARY KEY, uuid VARCHAR, name VARCHAR, type VARCHAR);
    CREATE TABLE groups (id VARCHAR PRIMARY KEY, collection_id VARCHAR, name VARCHAR, description TEXT, tags_json TEXT,
        color VARCHAR, icon VARCHAR, position INTEGER);
    CREATE TABLE group_artifacts (group_id VARCHAR, artifact_uuid VARCHAR, position INTEGER);
    CREATE TABLE tags (id VARCHAR PRIMARY KEY, name VARCHAR, slug VARCHAR, color VARCHAR);
    CREATE TABLE artifact_tags (artifact_uuid VARCHAR, tag_id VARCHAR);
    CREATE TABLE user_ratings (id INTEGER PRIMARY KEY, artifact_id VARCHAR, rating INTEGER, feedback TEXT, rated_at VARCHAR);
    CREATE TABLE composite_artifacts (id VARCHAR PRIMARY KEY, artifact_uuid VARCHAR);
    CREATE TABLE composite_memberships (collection_id VARCHAR, composite_id VARCHAR, child_artifact_uuid VARCHAR, position INTEGER);
    CREATE TABLE custom_colors (hex VARCHAR);
    INSERT INTO collections VALUES ('default', 'Default Collection', NULL);
"""


def generate_home(home, count):
    """Makes a home as SkillMeat leaves it."""
    folder = os.path.join(home, "collections", "default")
    os.makedirs(folder)
    os.makedirs(os.path.join(home, "cache"))
    write_skills(folder, count)
    moment = "2026-01-01T00:00:00.000001"
    with open(os.path.join(folder, "collection.toml"), "w", encoding="utf-8") as file:
        file.write(f'[collection]\nname = "default"\nversion = "1.0.0"\ncreated = "{moment}"\nupdated = "{moment}"\n')
        for number in range(count):
            name = name_of(number)
            file.write(
                f'\n[[artifacts]]\nname = "{name}"\ntype = "skill"\npath = "skills/{name}"\norigin = "local"\nadded = "{moment}"\n'
                f'tags = [\n    "{TOPICS[number % 12]}",\n]\n\n[artifacts.metadata]\ndescription = "Looks after {name}"\nlicense = "MIT"\n'
            )
    with open(os.path.join(home, "config.toml"), "w", encoding="utf-8") as file:
        file.write('[settings]\ndefault-collection = "default"\n')
    database = sqlite3.connect(os.path.join(home, "cache", "cache.db"))
    database.executescript(TABLES)
    every = range(count)
    rows = ((f"skill:{name_of(n)}", f"uuid-{n}", name_of(n), "skill") for n in every)
    database.executemany("INSERT INTO artifacts VALUES (?, ?, ?, ?)", rows)
    rows = ((f"g{n}", "default", f"Group {n:05}", "Ten skills", '["calm"]', "#10B981", "shield", n) for n in range(count // 10))
    database.executemany("INSERT INTO groups VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    rows = ((f"g{n // 10}", f"uuid-{n}", n % 10) for n in every if n // 10 < count // 10)
    database.executemany("INSERT INTO group_artifacts VALUES (?, ?, ?)", rows)
    rows = ((f"t{n}", topic, topic, "#3B82F6") for n, topic in enumerate(TOPICS))
    database.executemany("INSERT INTO tags VALUES (?, ?, ?, ?)", rows)
    # Every hundredth skill has a tag that only the database gives it.
    rows = ((f"uuid-{n}", f"t{(n + (n % 100 == 0)) % 12}") for n in every)
    database.executemany("INSERT INTO artifact_tags VALUES (?, ?)", rows)
    rows = ((name_of(n), n % 5 + 1, "", f"2026-01-01 00:00:{n:08}") for n in every if n % 10 == 0)
    database.executemany("INSERT INTO user_ratings (artifact_id, rating, feedback, rated_at) VALUES (?, ?, ?, ?)", rows)
    database.commit()
    database.close()


def changed(groups, number):
    """Changes one group: a member comes, a member goes, a colour, a description, a rename. Returns the subject."""
    place = number // 5 * 7 % len(groups)
    group = groups[place]
    name = group.split('name = "', 1)[1].split('"', 1)[0]
    kind = number % 5
    if kind == 0:
        group = group.replace("members = [\n", f'members = [\n    "skill:{name_of(number % 400)}-{number}",\n', 1)
    elif kind == 1:
        head, members = group.split("members = [\n", 1)
        first, rest = members.split("\n", 1)
        group = head + "members = [\n" + (rest if rest.startswith("    ") else members)
    elif kind == 2:
        group = re.sub(r'color = "#.{6}"', f'color = "#{number % 2**24:06X}"', group, count=1)
    elif kind == 3:
        group = re.sub(r'description = ".*"', f'description = "Skills that belong together since {number}"', group, count=1)
    else:
        group = group.replace(f'name = "{name}"', f'name = "{name.split(",")[0]}, {number}"', 1)
    groups[place] = group
    return f"Change {name}"


def generate_history(folder, count, commits, git=("git",)):
    """Makes a repository of commits of a manifest of so many artifacts."""
    os.makedirs(folder)
    subprocess.run([*git, "init", "-q"], cwd=folder, check=True)
    text = manifest_of(count)
    first = text.index("[[groups]]")
    last = text.index("[[artifacts]]")
    groups = ["[[groups]]" + group for group in text[first:last].split("[[groups]]")[1:]]
    people = ["Mia <mia@example.com>", "Jo <jo@example.com>", "Noor <noor@example.com>"]
    importer = subprocess.Popen([*git, "fast-import", "--quiet", "--depth=0"], cwd=folder, stdin=subprocess.PIPE)
    for number in range(commits):
        subject = changed(groups, number) if number else "Start"
        manifest = (text[:first] + "".join(groups) + text[last:]).encode()
        moment = f"{1700000000 + number * 600} +0000"
        person = people[number % 3]
        header = f"commit refs/heads/main\nauthor {person} {moment}\ncommitter {person} {moment}\ndata {len(subject)}\n{subject}\n"
        importer.stdin.write(header.encode())
        importer.stdin.write(f"M 100644 inline collection.toml\ndata {len(manifest)}\n".encode())
        importer.stdin.write(manifest + b"\n")
    importer.stdin.close()
    if importer.wait() != 0:
        raise SystemExit("git fast-import failed")
    for arguments in (["symbolic-ref", "HEAD", "refs/heads/main"], ["repack", "-q", "-a", "-d", "-f", "--window=4"], ["reset", "-q", "--hard"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    if sys.argv[1] == "--home":
        generate_home(sys.argv[2], int(sys.argv[3]))
    elif len(sys.argv) > 3:
        generate_history(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        generate(sys.argv[1], int(sys.argv[2]))
