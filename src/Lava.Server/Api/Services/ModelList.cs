namespace Lava.Server.Api.Services;

/// <summary>All models that have a price.</summary>
internal sealed record ModelList(string Object, IReadOnlyList<ModelView> Data);
