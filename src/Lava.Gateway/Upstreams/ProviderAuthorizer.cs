using System.Text;
using Lava.Metering.Catalog;

namespace Lava.Gateway.Upstreams;

/// <summary>
/// Gives a request the provider's key, in the provider's way. Nothing else is added: what the caller did not send is not our word to say.
/// </summary>
public static class ProviderAuthorizer
{
    /// <summary>Sets the key from a forward token.</summary>
    /// <param name="request">The request, its other headers already there.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="key">Visible ASCII.</param>
    public static void Authorize(HttpRequestMessage request, Provider provider, ReadOnlySpan<byte> key) =>
        Set(request, provider, string.Create(
            provider.KeyPrefix.Length + key.Length, new State(provider.KeyPrefix, key), static (text, state) =>
            {
                state.Prefix.CopyTo(text);
                Encoding.ASCII.GetChars(state.Key, text[state.Prefix.Length..]);
            }));

    /// <summary>Sets a key that is ready to be sent, as <see cref="ManagedProviderKeys"/> has it.</summary>
    public static void Authorize(HttpRequestMessage request, Provider provider, string headerValue) => Set(request, provider, headerValue);

    private static void Set(HttpRequestMessage request, Provider provider, string headerValue)
    {
        // An operator's provider may use a header that the policy lets pass: the caller's must not stand beside ours.
        request.Headers.Remove(provider.KeyHeader);
        request.Headers.TryAddWithoutValidation(provider.KeyHeader, headerValue);
    }

    private readonly ref struct State(string prefix, ReadOnlySpan<byte> key)
    {
        public string Prefix { get; } = prefix;

        public ReadOnlySpan<byte> Key { get; } = key;
    }
}
