using Lava.Gateway.Upstreams;

namespace Lava.Gateway.Routing;

/// <summary>One way to have a model answer.</summary>
/// <param name="Target">Where the call goes.</param>
/// <param name="Prefix">Bytes at the beginning of the model's name that named the provider, and that it does not know; 0 for none.</param>
internal readonly record struct ModelRoute(Target Target, int Prefix);
