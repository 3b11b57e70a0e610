using System.Text;

namespace Lava.Metering.Pricing;

/// <summary>
/// What stands around a model's name where a path or a provider's own notation carries it. Names are lower case and percent-decoded.
/// </summary>
internal static class ModelPath
{
    private static ReadOnlySpan<byte> Arn => "arn:"u8;

    private static ReadOnlySpan<byte> Models => "models/"u8;

    private static ReadOnlySpan<byte> Fireworks => "accounts/fireworks/models/"u8;

    private static ReadOnlySpan<byte> Publishers => "publishers/"u8;

    /// <summary>Lower case, "%3A" and "%2F" decoded, as Bedrock's paths carry them.</summary>
    /// <param name="name">As a request or an answer has it.</param>
    /// <param name="destination">At least as long.</param>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> name, Span<byte> destination)
    {
        var length = 0;
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (c == '%' && TryDecode(name[i..], out var decoded))
            {
                c = decoded;
                i += 2;
            }

            destination[length++] = c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c;
        }

        return destination[..length];
    }

    /// <summary>
    /// Without Gemini's "models/", Vertex's "publishers/…/models/", Fireworks' "accounts/fireworks/models/" (another account's models are
    /// its own), an ARN's beginning, and Bedrock's revision ":0" at the end.
    /// </summary>
    public static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> name) => WithoutRevision(WithoutPath(name));

    /// <summary>A name as a book keeps it: two names with one key are one model.</summary>
    public static string Key(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        return Encoding.UTF8.GetString(Strip(Decode(bytes, new byte[bytes.Length])));
    }

    /// <summary>
    /// Takes off Bedrock's geography: "us.", "eu.", … are served in one that has a price of its own, "global." is not.
    /// </summary>
    public static bool TryStripGeography(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> rest, out bool isRegional)
    {
        var dot = name.IndexOf((byte)'.');
        rest = dot < 0 ? default : name[(dot + 1)..];
        isRegional = dot switch
        {
            2 => name.StartsWith("us"u8) || name.StartsWith("eu"u8) || name.StartsWith("jp"u8) || name.StartsWith("au"u8)
                || name.StartsWith("ca"u8),
            4 => name.StartsWith("apac"u8),
            6 => name.StartsWith("us-gov"u8),
            _ => false,
        };
        return !rest.IsEmpty && (isRegional || name.StartsWith("global."u8));
    }

    /// <summary>Takes off the maker that a host sets before a name: "google/" on Vertex, "openai." on Bedrock.</summary>
    public static bool TryStripMaker(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> rest)
    {
        rest = name.StartsWith("google/"u8) || name.StartsWith("openai."u8) ? name[7..] : default;
        return !rest.IsEmpty;
    }

    private static ReadOnlySpan<byte> WithoutPath(ReadOnlySpan<byte> name)
    {
        if (name.StartsWith(Models))
        {
            return name[Models.Length..];
        }

        if (name.StartsWith(Fireworks))
        {
            return name[Fireworks.Length..];
        }

        if (name.StartsWith(Arn))
        {
            return name[(name.LastIndexOf((byte)'/') + 1)..];
        }

        var publisher = name.IndexOf(Publishers);
        var model = publisher < 0 ? -1 : name[publisher..].IndexOf("/models/"u8);
        return model < 0 ? name : name[(publisher + model + Models.Length + 1)..];
    }

    private static ReadOnlySpan<byte> WithoutRevision(ReadOnlySpan<byte> name) =>
        name.Length > 2 && name[^2] == ':' && char.IsAsciiDigit((char)name[^1]) ? name[..^2] : name;

    private static bool TryDecode(ReadOnlySpan<byte> escape, out byte decoded)
    {
        decoded = escape.Length < 3 || (escape[2] | 0x20) is not (var last and ('a' or 'f')) ? default : (escape[1], last) switch
        {
            ((byte)'3', 'a') => (byte)':',
            ((byte)'2', 'f') => (byte)'/',
            _ => default,
        };
        return decoded != default;
    }
}
