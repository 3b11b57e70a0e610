using Lava.Core;

namespace Lava.Server.Api;

/// <summary>The methods of one path; every other method gets 405 as JSON, where the framework's own answer has no body.</summary>
internal sealed class ResourceRoutes(IEndpointRouteBuilder routes, ApiHandler handler, string pattern)
{
    private readonly List<string> _allowed = [];

    public ResourceRoutes Get(Func<ApiCall, Task> handle) => Add(HttpMethods.Get, handle);

    public ResourceRoutes Post(Func<ApiCall, Task> handle) => Add(HttpMethods.Post, handle);

    public ResourceRoutes Put(Func<ApiCall, Task> handle) => Add(HttpMethods.Put, handle);

    public ResourceRoutes Patch(Func<ApiCall, Task> handle) => Add(HttpMethods.Patch, handle);

    public ResourceRoutes Delete(Func<ApiCall, Task> handle) => Add(HttpMethods.Delete, handle);

    /// <summary>A method that asks for no secret key.</summary>
    public ResourceRoutes Open(string method, RequestDelegate handle)
    {
        _allowed.Add(method);
        routes.MapMethods(pattern, [method], handle);
        return this;
    }

    /// <summary>Refuses the other methods.</summary>
    public void End()
    {
        var allowed = string.Join(", ", _allowed);
        routes.Map(pattern, http =>
        {
            http.Response.Headers.Allow = allowed;
            return AnswerWriter.WriteAsync(http, ErrorCode.MethodNotAllowed, $"{http.Request.Method} is not allowed here, but {allowed}");
        });
    }

    private ResourceRoutes Add(string method, Func<ApiCall, Task> handle) => Open(method, handler.Handle(handle));
}
