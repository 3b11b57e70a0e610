namespace Lava.Server.Api;

/// <summary>The answer to deleting a meter or a key: the SDK fails on an empty body.</summary>
internal sealed record DeletedView(string Id, bool Deleted);
