//! Arrays of numpy: a type, a shape and the bytes.

use std::fmt;

use super::Rare;
use crate::{FieldType, Shape, Type, Value, ValueError};

/// A `numpy.ndarray`, or one number of numpy's on its own (`numpy.float32(1.5)`).
///
/// Items stand in order C, the last axis fastest, as `tobytes()` gives them. How numpy prints an array is
/// numpy's own, so that no prompt shows one natively and [`Display`](fmt::Display) tells type and
/// shape alone: `<ndarray <f4 (2, 3)>`.
///
/// ```
/// use dspex_signature::NdArray;
///
/// let vectors = NdArray::of(&[2, 3], &[1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0])?;
/// assert_eq!((vectors.dtype(), vectors.shape()), ("<f4", &[2, 3][..]));
/// assert_eq!(vectors.to_vec::<f32>()?[5], 6.0);
/// let error = vectors.to_vec::<f64>().unwrap_err();
/// assert_eq!(error.to_string(), "expected `ndarray of f8`, found `ndarray of <f4`");
/// # Ok::<(), dspex_signature::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NdArray {
    dtype: Box<str>,
    shape: Vec<usize>,
    is_scalar: bool,
    bytes: Vec<u8>,
}

impl NdArray {
    /// An array of numpy's type string (`numpy.dtype.str`: `<f4`, `|b1`, `<U5`, `<M8[ns]`), the length of
    /// each axis and the items' bytes.
    ///
    /// # Errors
    /// [`ValueError`] for a type whose items are no plain bytes, such as `|O`, and for bytes that are more or
    /// fewer than type and shape say.
    pub fn new(dtype: &str, shape: &[usize], bytes: Vec<u8>) -> Result<Self, ValueError> {
        Self::checked(dtype, shape, false, bytes)
    }

    /// One number of numpy's on its own, which is no array: `numpy.float32(1.5)`.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn scalar(dtype: &str, bytes: Vec<u8>) -> Result<Self, ValueError> {
        Self::checked(dtype, &[], true, bytes)
    }

    /// An array of these items, in the order of bytes of most machines.
    ///
    /// # Errors
    /// [`ValueError`] for more or fewer items than the shape has.
    pub fn of<T: NdItem>(shape: &[usize], items: &[T]) -> Result<Self, ValueError> {
        let order = if T::CODE.ends_with('1') { '|' } else { '<' };
        let bytes = items.iter().flat_map(|item| item.le_bytes()).collect();
        Self::new(&format!("{order}{}", T::CODE), shape, bytes)
    }

    fn checked(
        dtype: &str,
        shape: &[usize],
        is_scalar: bool,
        bytes: Vec<u8>,
    ) -> Result<Self, ValueError> {
        let found = || format!("ndarray of {dtype}");
        let size =
            item_size(dtype).ok_or_else(|| ValueError::new("ndarray of plain bytes", found()))?;
        let expected = shape.iter().try_fold(size, |size, length| size.checked_mul(*length));
        if expected != Some(bytes.len()) {
            let found = format!("{} bytes", bytes.len());
            return Err(ValueError::new(format!("ndarray {dtype} {}", tuple(shape)), found));
        }
        Ok(Self { dtype: dtype.into(), shape: shape.to_vec(), is_scalar, bytes })
    }

    /// The type of the items, in numpy's words: `<f4`.
    #[must_use]
    pub fn dtype(&self) -> &str {
        &self.dtype
    }

    /// The length of each axis; none for a number on its own.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Whether this is a number on its own, and no array.
    #[must_use]
    pub const fn is_scalar(&self) -> bool {
        self.is_scalar
    }

    /// The items' bytes, in order C.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The items, in order C, whichever order of bytes they have.
    ///
    /// # Errors
    /// [`ValueError`] for an array of another type; nothing is converted.
    pub fn to_vec<T: NdItem>(&self) -> Result<Vec<T>, ValueError> {
        if self.dtype.get(1..) != Some(T::CODE) {
            let expected = format!("ndarray of {}", T::CODE);
            return Err(ValueError::new(expected, format!("ndarray of {}", self.dtype)));
        }
        let is_big_endian = self.dtype.starts_with('>');
        let item = |bytes: &[u8]| {
            let mut item = [0; 8];
            item[..bytes.len()].copy_from_slice(bytes);
            if is_big_endian {
                item[..bytes.len()].reverse();
            }
            T::of_le_bytes(item)
        };
        let size = item_size(&self.dtype).unwrap_or(1);
        Ok(self.bytes.chunks_exact(size).map(item).collect())
    }
}

impl fmt::Display for NdArray {
    /// Type and shape, in no form of numpy's.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_scalar {
            true => write!(formatter, "<numpy {}>", self.dtype),
            false => write!(formatter, "<ndarray {} {}>", self.dtype, tuple(&self.shape)),
        }
    }
}

fn tuple(shape: &[usize]) -> String {
    let int = |length: &usize| Value::Int(i64::try_from(*length).unwrap_or(i64::MAX));
    Value::Tuple(shape.iter().map(int).collect()).python_repr()
}

/// How many bytes an item of the type takes; `None` for a type that is not known, or whose items are
/// pointers.
fn item_size(dtype: &str) -> Option<usize> {
    let rest = dtype.strip_prefix(['<', '>', '|', '='])?;
    let kind = rest.chars().next()?;
    let digits = rest.get(1..)?;
    let (digits, unit) =
        digits.split_once('[').map_or((digits, None), |(digits, unit)| (digits, Some(unit)));
    let is_unit = |unit: &str| {
        unit.strip_suffix(']')
            .is_some_and(|unit| unit.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    let is_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let size: usize = digits.parse().ok().filter(|_| is_digits)?;
    match (kind, unit) {
        ('b' | 'i' | 'u' | 'f' | 'c', None) if size > 0 => Some(size),
        ('S' | 'V', None) => Some(size),
        ('U', None) => size.checked_mul(4),
        ('M' | 'm', unit) if size == 8 && unit.is_none_or(is_unit) => Some(size),
        _ => None,
    }
}

/// A number that stands in arrays: `f32`, `f64`, the integers up to 64 bits, `bool`.
pub trait NdItem: Copy + sealed::Sealed {
    /// numpy's type without the order of bytes: `f4`.
    #[doc(hidden)]
    const CODE: &str;

    #[doc(hidden)]
    fn le_bytes(self) -> Vec<u8>;

    /// Reads the first bytes; the rest is zero.
    #[doc(hidden)]
    fn of_le_bytes(bytes: [u8; 8]) -> Self;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! items {
    ($($rust:ty: $code:literal),*) => {
        $(impl sealed::Sealed for $rust {}

        impl NdItem for $rust {
            const CODE: &str = $code;

            fn le_bytes(self) -> Vec<u8> {
                self.to_le_bytes().to_vec()
            }

            fn of_le_bytes(bytes: [u8; 8]) -> Self {
                let bytes = bytes.first_chunk().expect("no item is longer than 8 bytes");
                Self::from_le_bytes(*bytes)
            }
        })*
    };
}

items!(f32: "f4", f64: "f8", i8: "i1", i16: "i2", i32: "i4", i64: "i8");
items!(u8: "u1", u16: "u2", u32: "u4", u64: "u8");

impl sealed::Sealed for bool {}

impl NdItem for bool {
    const CODE: &str = "b1";

    fn le_bytes(self) -> Vec<u8> {
        vec![self.into()]
    }

    fn of_le_bytes(bytes: [u8; 8]) -> Self {
        bytes[0] != 0
    }
}

impl From<NdArray> for Value {
    fn from(array: NdArray) -> Self {
        Rare::NdArray(array).into()
    }
}

/// Any value to DSPy: it has no type for arrays in a signature.
impl FieldType for NdArray {
    const SHAPE: Shape = Shape::Any;

    fn field_type() -> Type {
        Type::Any
    }

    fn into_value(self) -> Value {
        self.into()
    }

    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Rare(rare) if let Rare::NdArray(array) = &**rare => Ok(array.clone()),
            other => Err(ValueError::new("ndarray", other.python_type())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields;

    #[track_caller]
    fn check<T: NdItem + PartialEq + fmt::Debug>(dtype: &str, bytes: &[u8], expected: &[T]) {
        let array = NdArray::new(dtype, &[expected.len()], bytes.to_vec()).unwrap();
        assert_eq!(array.to_vec::<T>().unwrap(), expected, "{dtype}");
    }

    #[test]
    fn items_are_read_in_both_orders_of_bytes() {
        check("<i4", &[1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], &[1, -1]);
        check(">i4", &[0, 0, 0, 1], &[1]);
        check("|u1", &[255, 0], &[255_u8, 0]);
        check("|b1", &[1, 0], &[true, false]);
        check("<f8", &1.5_f64.to_le_bytes(), &[1.5]);
        check(">f4", &(-0.25_f32).to_be_bytes(), &[-0.25_f32]);
        check(">u8", &u64::MAX.to_be_bytes(), &[u64::MAX]);
        check::<i16>("<i2", &[], &[]);
    }

    #[test]
    fn an_array_comes_back_as_what_it_was_made_of() {
        let array = NdArray::of(&[2, 1], &[i64::MIN, 7]).unwrap();
        assert_eq!((array.dtype(), array.as_bytes().len()), ("<i8", 16));
        assert_eq!(array.to_vec::<i64>().unwrap(), [i64::MIN, 7]);
        let flags = NdArray::of(&[1], &[true]).unwrap();
        assert_eq!(flags.dtype(), "|b1");
        let outputs = fields! { "vectors" => array.clone() };
        assert_eq!(outputs.get::<NdArray>("vectors").unwrap(), array);
        let error = fields! { "vectors" => 1 }.get::<NdArray>("vectors").unwrap_err();
        assert_eq!(error.to_string(), "`vectors` should be `ndarray`, found `int`");
    }

    #[test]
    fn an_array_is_shown_by_its_type_and_shape() {
        let check = |array: NdArray, python_type: &str, expected: &str| {
            let value = Value::from(array);
            assert_eq!(value.python_type(), python_type);
            assert_eq!(value.to_string(), expected);
            assert_eq!(value.to_json(), format!("\"{expected}\""));
        };
        check(NdArray::of(&[2], &[1.0_f32, 2.0]).unwrap(), "ndarray", "<ndarray <f4 (2,)>");
        check(NdArray::of(&[], &[1_u8]).unwrap(), "ndarray", "<ndarray |u1 ()>");
        check(NdArray::scalar("<f8", vec![0; 8]).unwrap(), "numpy.generic", "<numpy <f8>");
    }

    #[test]
    fn what_is_no_array_is_refused() {
        let check = |dtype: &str, shape: &[usize], n_bytes: usize, expected: &str| {
            let error = NdArray::new(dtype, shape, vec![0; n_bytes]).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        check("<f4", &[2], 7, "expected `ndarray <f4 (2,)`, found `7 bytes`");
        check(
            "<f4",
            &[usize::MAX, 2],
            8,
            "expected `ndarray <f4 (9223372036854775807, 2)`, found `8 bytes`",
        );
        for dtype in ["|O", "|O8", "f4", "<f", "<f0", "<x4", "<f+4", "<M8[", "<M8[D", "<M4[D]", ""]
        {
            let found = format!("expected `ndarray of plain bytes`, found `ndarray of {dtype}`");
            check(dtype, &[1], 8, &found);
        }
        for (dtype, size) in
            [("<U2", 8), ("|S3", 3), ("<M8[ns]", 8), ("<m8", 8), ("<c16", 16), ("|V0", 0)]
        {
            assert!(NdArray::new(dtype, &[1], vec![0; size]).is_ok(), "{dtype}");
        }
    }
}
