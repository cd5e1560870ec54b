//! Commands as people use them.

use crate::common::test_environment::TestEnvironment;

#[test]
fn deleting_the_database_changes_no_answer() {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "group",
        "create",
        "Authentication",
        "jwt-auth",
        "agent:auth-reviewer",
    ]);
    environment.ok(["tag", "add", "Favourite", "jwt-auth"]);
    let before = environment.ok(["list"]);
    let database = environment.ok(["cache", "path"]);
    let folder = std::path::Path::new(database.trim())
        .parent()
        .expect("a folder")
        .to_owned();
    std::fs::remove_dir_all(&folder).expect("removed");
    assert_eq!(environment.ok(["list"]), before);
    assert!(folder.join("cache.db").is_file());
}
