namespace Lava.Gateway.Upstreams.Http1;

/// <summary>A header of an answer.</summary>
/// <param name="name">A token.</param>
/// <param name="value">Without blanks around it, without line breaks and NUL.</param>
internal readonly ref struct UpstreamHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    /// <summary>A token, as the provider spelled it.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>Its value, without blanks around it.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}
