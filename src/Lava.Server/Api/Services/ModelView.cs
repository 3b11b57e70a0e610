namespace Lava.Server.Api.Services;

/// <summary>A model as OpenAI's clients read it.</summary>
/// <param name="Id">The catalog's name.</param>
/// <param name="Object">Always "model".</param>
/// <param name="Created">Unix time of the day since when its first price here holds.</param>
/// <param name="OwnedBy">The provider's name.</param>
internal sealed record ModelView(string Id, string Object, long Created, string OwnedBy);
