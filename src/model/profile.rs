//! Profiles: for which client an artifact is deployed, and where that client looks in a project.

use std::fmt;
use std::str::FromStr;

use super::error::ModelError;
use super::name::ArtifactType;

/// Roots in which deployment records are looked for: those of the profiles, and one where older records may lie.
pub const ROOTS: [&str; 5] = [".claude", ".agents", ".gemini", ".cursor", ".codex"];

/// A client, by the word that SkillMeat 0.74 has for it in its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Claude Code.
    #[default]
    ClaudeCode,
    /// Codex.
    Codex,
    /// Gemini CLI.
    Gemini,
    /// Cursor.
    Cursor,
    /// Whatever client reads the common folder of the Agent Skills standard.
    Agents,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ClaudeCode,
        Self::Codex,
        Self::Gemini,
        Self::Cursor,
        Self::Agents,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        self.facts().0
    }

    /// The folder of a project below which the client looks.
    pub fn root(self) -> &'static str {
        self.facts().1
    }

    /// The types that the client finds there, each in the folder of the layout.
    pub fn kinds(self) -> &'static [ArtifactType] {
        self.facts().2
    }

    /// Word, root and types. Sources: Claude Code, <https://code.claude.com/docs/en/skills> (also `sub-agents` and
    /// `slash-commands`), and SkillMeat 0.74 for hooks, MCP servers and workflows, which lie beside them for whoever
    /// wires them up; Codex, <https://developers.openai.com/codex/skills>; Gemini CLI,
    /// <https://geminicli.com/docs/cli/skills> (its commands are TOML and can't be ours); Cursor,
    /// <https://cursor.com/docs/context/skills> (also `commands` and `subagents`); the common folder,
    /// <https://agentskills.io>. Roots are those of SkillMeat 0.74 (`skillmeat profile show`).
    fn facts(self) -> (&'static str, &'static str, &'static [ArtifactType]) {
        use ArtifactType::{Agent, Command, Hook, Mcp, Skill, Workflow};
        match self {
            Self::ClaudeCode => (
                "claude_code",
                ".claude",
                &[Skill, Agent, Command, Hook, Mcp, Workflow],
            ),
            Self::Codex => ("codex", ".agents", &[Skill]),
            Self::Gemini => ("gemini", ".gemini", &[Skill]),
            Self::Cursor => ("cursor", ".cursor", &[Skill, Agent, Command]),
            Self::Agents => ("agents", ".agents", &[Skill]),
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Profile {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let known = Self::ALL
            .into_iter()
            .find(|profile| profile.as_str() == text);
        known.ok_or_else(|| ModelError::Profile {
            text: text.to_owned(),
            known: Self::ALL.map(Self::as_str).join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::layout::folder_of;

    #[test]
    fn every_profile_is_read_by_its_word_and_every_type_of_it_has_a_place() {
        for profile in Profile::ALL {
            assert_eq!(profile.as_str().parse(), Ok(profile));
            assert!(ROOTS.contains(&profile.root()));
            assert!(profile.kinds().iter().all(|kind| folder_of(kind).is_some()));
        }
        let fault = "vim".parse::<Profile>().expect_err("unknown").to_string();
        assert!(fault.contains("claude_code, codex"), "{fault}");
    }
}
