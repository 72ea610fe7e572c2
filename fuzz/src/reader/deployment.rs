//! The deployment file.

use tranche_settle::deployment::Deployment;
use tranche_settle::embedded::Embedded;

pub(crate) fn read(data: &[u8]) {
    let Some(text) = super::text(data) else {
        return;
    };
    let Ok(deployment) = Deployment::from_json(text) else {
        return;
    };
    let again = serde_json::to_string(&deployment).expect("a deployment as JSON");
    let again = Deployment::from_json(&again);
    assert_eq!(again.ok(), Some(deployment.clone()));
    assert!(
        deployment.check(&Embedded::new(0)).is_err(),
        "nothing is deployed there"
    );
}
