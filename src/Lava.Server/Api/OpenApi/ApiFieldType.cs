namespace Lava.Server.Api.OpenApi;

/// <summary>What a field of a request's body or query may be.</summary>
internal enum ApiFieldType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Money as a decimal string.</summary>
    Amount,

    /// <summary>Money as a decimal string, or a whole number: another field tells which.</summary>
    AmountOrCount,

    /// <summary>A whole number from 0.</summary>
    Count,

    /// <summary>Seconds, with a fraction or without.</summary>
    Seconds,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A time, ISO 8601.</summary>
    Time,

    /// <summary>An object of texts.</summary>
    Metadata,

    /// <summary>Texts.</summary>
    Texts,

    /// <summary>An object with fields of its own.</summary>
    Object,

    /// <summary>Objects with fields of their own.</summary>
    Objects,
}
