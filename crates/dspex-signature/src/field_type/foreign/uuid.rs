//! UUIDs.

use uuid::Uuid;

use super::tagged::tagged;

tagged! {
    Uuid, Uuid, "uuid", |uuid| uuid.to_string(), |text| text.parse().ok();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FieldType;

    #[test]
    fn a_uuid_is_read_in_any_usual_form() {
        let text = "12345678123456781234567812345678";
        let uuid = Uuid::from_value(&text.into()).unwrap();
        assert_eq!(uuid.to_string(), "12345678-1234-5678-1234-567812345678");
        assert_eq!(Uuid::from_value(&uuid.into_value()), Ok(uuid));
    }
}
