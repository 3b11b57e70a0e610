using Lava.Gateway.Upstreams;

namespace Lava.Gateway.Realtime;

/// <summary>The model of a session: a WebSocket has no body, so the target names it.</summary>
internal static class RealtimeModel
{
    private const string QueryPrefix = "query:";

    /// <summary>The name; empty where the target names none, or two, of which provider and gateway could take different ones.</summary>
    /// <param name="target">The target.</param>
    /// <param name="scratch">Takes the name; a longer one is none.</param>
    public static ReadOnlySpan<byte> Find(Target target, Span<byte> scratch)
    {
        var place = target.Endpoint.Model;
        if (!target.Model.IsEmpty || !place.StartsWith(QueryPrefix, StringComparison.Ordinal))
        {
            return target.Model.Span;
        }

        var name = place.AsSpan(QueryPrefix.Length);
        var query = target.Uri.Query.AsSpan().TrimStart('?');
        var length = 0;
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            if (parameter.Length <= name.Length || parameter[name.Length] != '=' || !parameter.StartsWith(name, StringComparison.Ordinal))
            {
                continue;
            }

            if (length > 0 || !TryDecode(parameter[(name.Length + 1)..], scratch, out length))
            {
                return default;
            }
        }

        return scratch[..length];
    }

    // The target's characters are visible ASCII, its percent signs followed by two digits.
    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '%' && TargetUrl.TryDecode(text[i..], out var decoded))
            {
                c = decoded;
                i += 2;
            }

            if (written == destination.Length)
            {
                return false;
            }

            destination[written++] = (byte)c;
        }

        return true;
    }
}
