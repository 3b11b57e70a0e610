namespace Lava.Server.Api.Services;

/// <summary>What can be called and what it costs, and whose it is.</summary>
internal sealed record ServiceList(string Object, IReadOnlyList<ServiceView> Data, IReadOnlyList<ServiceProviderView> Providers);
