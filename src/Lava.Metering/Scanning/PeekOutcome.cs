namespace Lava.Metering.Scanning;

/// <summary>What looking into a request body came to.</summary>
public enum PeekOutcome : byte
{
    /// <summary>Valid; the facts hold.</summary>
    Ok = 0,

    /// <summary>Malformed or truncated JSON, or something after it.</summary>
    NotJson = 1,

    /// <summary>JSON, but no object.</summary>
    NotAnObject = 2,

    /// <summary>Nested deeper than <see cref="RequestPeek.DepthMax"/>.</summary>
    TooDeep = 3,

    /// <summary>Not UTF-8.</summary>
    InvalidUtf8 = 4,

    /// <summary>A field has the wrong type, is out of range or stands there twice; <see cref="RequestFacts.Field"/> says which.</summary>
    WrongType = 5,

    /// <summary>No form, or one that can be read in two ways: no boundary, no end, too many parts, names with escapes.</summary>
    NotAForm = 6,
}
