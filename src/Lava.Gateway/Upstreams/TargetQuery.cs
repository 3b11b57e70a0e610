using System.Text;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// The query of a forward request: the target in <c>u</c>, parameters of ours, and all others, which belong to the target.
/// <c>u</c> is percent-encoded as a whole, or stands there as it is (the SDK's <c>providers</c> do that, and client libraries append to
/// it).
/// </summary>
internal static class TargetQuery
{
    private const string Target = "u";
    private const string Metadata = "metadata";

    /// <summary>Finds the raw value of <c>u</c>.</summary>
    public static TargetOutcome Find(ReadOnlySpan<char> query, out ReadOnlySpan<char> value)
    {
        value = default;
        var found = false;
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            if (Name(parameter) is not Target)
            {
                continue;
            }

            if (found)
            {
                return TargetOutcome.Duplicate;
            }

            found = true;
            value = parameter.Length > Target.Length ? parameter[(Target.Length + 1)..] : default;
        }

        return value.IsEmpty ? TargetOutcome.Missing : TargetOutcome.Ok;
    }

    /// <summary>
    /// Writes the target into <paramref name="destination"/>, decoded once where it is encoded; -1 where it does not fit or is not ASCII.
    /// </summary>
    public static int Decode(ReadOnlySpan<char> value, Span<char> destination)
    {
        // Whoever spells out "://" has encoded nothing: a percent sign is then part of the target itself (Bedrock's model ids need theirs).
        var separator = value.IndexOf("://", StringComparison.Ordinal);
        if (separator >= 0 && !value[..separator].Contains('%'))
        {
            return value.TryCopyTo(destination) ? value.Length : -1;
        }

        var written = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '%' && TargetUrl.TryDecode(value[i..], out var decoded))
            {
                c = decoded;
                i += 2;
            }

            if (written == destination.Length)
            {
                return -1;
            }

            destination[written++] = c;
        }

        return written;
    }

    /// <summary>
    /// Writes the query that goes upstream: the target's own parameters, then the request's others, in their order and spelling.
    /// Dropped are <c>u</c> and <c>metadata</c> of the request, credentials of both (the provider gets its key in a header), and what
    /// the target says already: Google's SDK puts <c>alt=sse</c> into the target and behind it.
    /// </summary>
    /// <returns>Characters written, with the question mark; -1 where they do not fit.</returns>
    public static int Compose(ReadOnlySpan<char> targetQuery, ReadOnlySpan<char> requestQuery, Span<char> destination)
    {
        var written = Append(targetQuery, ofRequest: false, destination, 0);
        return written < 0 ? -1 : Append(requestQuery, ofRequest: true, destination, written);
    }

    /// <summary>Finds the percent-decoded value of a parameter of the query that goes upstream.</summary>
    /// <param name="query">With or without its question mark.</param>
    /// <param name="name">The parameter; one whose name is percent-encoded is the same to the provider.</param>
    /// <param name="value">Its value, in bytes; empty where there is none.</param>
    /// <returns>False where it stands there twice: two readers could take different ones.</returns>
    public static bool TryFindOne(ReadOnlySpan<char> query, ReadOnlySpan<char> name, out byte[] value)
    {
        value = [];
        var found = false;
        foreach (var range in query.TrimStart('?').Split('&'))
        {
            var parameter = query.TrimStart('?')[range];
            if (!TargetUrl.Decode(Name(parameter)).AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(name.ToArray())))
            {
                continue;
            }

            if (found)
            {
                return false;
            }

            found = true;
            var equals = parameter.IndexOf('=');
            value = equals < 0 ? [] : TargetUrl.Decode(parameter[(equals + 1)..]);
        }

        return true;
    }

    private static bool Has(ReadOnlySpan<char> query, ReadOnlySpan<char> parameter)
    {
        foreach (var range in query.Split('&'))
        {
            if (query[range].TrimStart('?').SequenceEqual(parameter))
            {
                return true;
            }
        }

        return false;
    }

    private static int Append(ReadOnlySpan<char> query, bool ofRequest, Span<char> destination, int written)
    {
        var target = destination[..written];
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            var name = Name(parameter);
            if (parameter.IsEmpty || IsCredential(name) || (ofRequest && (name is Target or Metadata || Has(target, parameter))))
            {
                continue;
            }

            if (destination.Length - written < parameter.Length + 1)
            {
                return -1;
            }

            destination[written] = written == 0 ? '?' : '&';
            parameter.CopyTo(destination[(written + 1)..]);
            written += parameter.Length + 1;
        }

        return written;
    }

    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> parameter)
    {
        var equals = parameter.IndexOf('=');
        return equals < 0 ? parameter : parameter[..equals];
    }

    // Google takes a key or a token in the query; "k%65y" is the same parameter to it.
    private static bool IsCredential(ReadOnlySpan<char> name)
    {
        if (name.Contains('%'))
        {
            Span<char> decoded = stackalloc char[MaxCredentialName];
            var length = Decode(name, decoded);
            return length >= 0 && IsCredential(decoded[..length].IndexOf('%') < 0 ? decoded[..length] : default);
        }

        return name is "key" or "access_token" or "oauth_token";
    }

    // A longer name is none of the three.
    private const int MaxCredentialName = 16;
}
