using System.Text;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Gives a request the provider's key, in the provider's way. Nothing else is added: what the caller did not send is not our word to say.
/// </summary>
public static class ProviderAuthorizer
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>Sets the key from a forward token.</summary>
    /// <param name="request">The request, its other headers already there.</param>
    /// <param name="scheme">How the key is wanted.</param>
    /// <param name="key">Visible ASCII.</param>
    public static void Authorize(HttpRequestMessage request, in ProviderKeyScheme scheme, ReadOnlySpan<byte> key)
    {
        var prefix = scheme.Parameter.Length > 0 ? "" : scheme.Prefix;
        Set(request, scheme, string.Create(
            prefix.Length + key.Length, new State(prefix, key), static (text, state) =>
            {
                state.Prefix.CopyTo(text);
                Encoding.ASCII.GetChars(state.Key, text[state.Prefix.Length..]);
            }));
    }

    /// <summary>Sets a key that is ready to be sent, as <see cref="ManagedProviderKeys"/> has it.</summary>
    public static void Authorize(HttpRequestMessage request, in ProviderKeyScheme scheme, string value) => Set(request, scheme, value);

    private static void Set(HttpRequestMessage request, in ProviderKeyScheme scheme, string value)
    {
        if (scheme.Parameter.Length > 0)
        {
            // Of this request alone: the target, which is shared and shown, never holds it.
            var uri = request.RequestUri!.OriginalString;
            var separator = uri.Contains('?') ? '&' : '?';
            request.RequestUri = new Uri($"{uri}{separator}{scheme.Parameter}={Uri.EscapeDataString(value)}", Verbatim);
            return;
        }

        // An operator's provider may use a header that the policy lets pass: the caller's must not stand beside ours.
        request.Headers.Remove(scheme.Header);
        request.Headers.TryAddWithoutValidation(scheme.Header, value);
    }

    private readonly ref struct State(string prefix, ReadOnlySpan<byte> key)
    {
        public string Prefix { get; } = prefix;

        public ReadOnlySpan<byte> Key { get; } = key;
    }
}
